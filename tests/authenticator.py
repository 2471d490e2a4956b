"""A device with passkeys, in software: what a telephone or a security key answers to a browser.

Written from the W3C's Web Authentication, level 2: sections 5.8.1 (client data), 6.1 (authenticator
data), 6.5.4 and 8.7 (attestation "none"), 6.3.3 (an assertion).
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def written(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def read(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


@dataclass
class Device:
    """One passkey. `origin` is the page that the browser shows; `counts` whether it counts its
    signatures; `verifies` whether it recognises its owner.
    """

    origin: str
    rp_id: str
    counts: bool = True
    verifies: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes = b""

    def make(self, options: dict[str, Any]) -> str:
        """navigator.credentials.create(), in the JSON of the page's script."""
        self.handle = read(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        # COSE (RFC 9052): an elliptic key (1: 2) for ES256 (3: -7) on P-256 (-1: 1).
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + cbor2.dumps(public)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        return self._answer(
            clientDataJSON=self._said("webauthn.create", options),
            attestationObject=cbor2.dumps(attestation),
        )

    def sign(self, options: dict[str, Any]) -> str:
        """navigator.credentials.get()."""
        self.count += self.counts
        data, said = self._data(), self._said("webauthn.get", options)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=said,
            authenticatorData=data,
            signature=signature,
            userHandle=self.handle,
        )

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        named = sha256(self.rp_id.encode()).digest()
        return named + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, **response: bytes) -> str:
        told: dict[str, Any] = {name: written(value) for name, value in response.items()}
        if "attestationObject" in told:
            told["transports"] = ["internal"]
        named = written(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": told})
