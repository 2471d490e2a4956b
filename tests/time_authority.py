"""A certification authority with a time-stamp service and a revocation list, on the loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.certificates import PASSPHRASE

_HOLDER, _CLOCK = 2, 3


@dataclass
class Authority:
    """What the service does: `answers` False, it fails; `lists` False, its revocation list cannot
    be read; `revoked`: the serial numbers that the list names. `asked` are the paths of requests.
    """

    at: datetime
    key: rsa.RSAPrivateKey
    root: x509.Certificate
    url: str = ""
    answers: bool = True
    lists: bool = True
    revoked: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def bundle(self, *, until: datetime, named: bool = True) -> bytes:
        """A certificate of the shop (PKCS#12); `named`: it says where its revocation is told."""
        key = _key()
        certificate = self._issue(key, _HOLDER, "Comptoir", until=until, named=named)
        kept = BestAvailableEncryption(PASSPHRASE)
        return pkcs12.serialize_key_and_certificates(b"shop", key, certificate, [], kept)

    def stamp(self, request: bytes) -> bytes:
        key = _key()
        until = self.at + timedelta(days=900)
        certificate = self._issue(key, _CLOCK, "Clock", until=until, stamps=True)
        pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        stamper = DummyTimeStamper(
            asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(pkcs8),
            fixed_dt=self.at,
        )
        asked = tsp.TimeStampReq.load(request)
        return bytes(stamper.request_tsa_response(asked).dump())

    def revocations(self) -> bytes:
        found = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(self.at - timedelta(hours=1))
            .next_update(self.at + timedelta(days=30))
        )
        for serial in self.revoked:
            gone = x509.RevokedCertificateBuilder().serial_number(serial)
            found = found.add_revoked_certificate(
                gone.revocation_date(self.at - timedelta(hours=2)).build()
            )
        return found.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def _issue(
        self,
        key: rsa.RSAPrivateKey,
        serial: int,
        name: str,
        *,
        until: datetime,
        named: bool = True,
        stamps: bool = False,
    ) -> x509.Certificate:
        told = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(self.root.subject)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(self.at - timedelta(days=300))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
        )
        if stamps:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            told = told.add_extension(usage, critical=True)
        if named:
            place = [x509.UniformResourceIdentifier(f"{self.url}/list.crl")]
            point = x509.DistributionPoint(place, None, None, None)
            told = told.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return told.sign(self.key, hashes.SHA256())


_KEYS: list[rsa.RSAPrivateKey] = []


def _key() -> rsa.RSAPrivateKey:
    """One key for all certificates of the tests: another each time would take seconds."""
    if not _KEYS:
        _KEYS.append(rsa.generate_private_key(65537, 2048))
    return _KEYS[0]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


@contextmanager
def time_authority(at: datetime) -> Iterator[Authority]:
    """The authority, while it serves."""
    key = rsa.generate_private_key(65537, 2048)
    root = (
        x509.CertificateBuilder()
        .subject_name(_name("Test authority with a clock"))
        .issuer_name(_name("Test authority with a clock"))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=900))
        .not_valid_after(at + timedelta(days=3600))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    authority = Authority(at, key, root)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            kind = "application/timestamp-reply" if authority.answers else "text/html"
            self._answer(authority.stamp(request) if authority.answers else b"busy", kind)

        def do_GET(self) -> None:
            if authority.lists:
                self._answer(authority.revocations(), "application/pkix-crl")
            else:
                self.send_error(503)

        def _answer(self, body: bytes, kind: str) -> None:
            authority.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: Any) -> None:
            """The tests read `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def written(authority: Authority, folder: Path, *, until: datetime, named: bool = True) -> Path:
    """The shop's certificate, and the authority, as files in a folder."""
    (folder / "authority.pem").write_bytes(authority.pem)
    bundle = folder / "shop.p12"
    bundle.write_bytes(authority.bundle(until=until, named=named))
    (folder / "passphrase").write_bytes(PASSPHRASE)
    return bundle
