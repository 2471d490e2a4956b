"""Messages between a device and the shop about a passkey (W3C Web Authentication, level 2).

The device stores a private key, the shop the public one. The device signs a random challenge after
it has recognised its owner by a finger, a face or a PIN: this proves possession and identity at
once. The module stores nothing; it is the only one that imports the library.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shop.core.errors import N_, DomainError

ISSUER = "Comptoir"
#: The timeout sent to a device, in milliseconds: as long as a challenge is valid.
_PATIENCE = 5 * 60 * 1000
_VERIFIED = UserVerificationRequirement.REQUIRED
#: What reading an answer may raise: a client may send anything.
_UNREADABLE = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class PasskeyRefused(DomainError):
    """One sentence whether the passkey is unknown, its answer wrong, or the account closed."""

    sentence = N_("No account uses this passkey. Sign in with your password instead.")
    status = 422


class AnswerRefused(DomainError):
    sentence = N_("This device's answer could not be verified: no passkey was created. Try again.")
    status = 422


@dataclass(frozen=True, slots=True)
class Site:
    """The shop's address for devices: `rp_id` is the domain that a passkey is bound to, `origin`
    the one from which pages may ask for it.
    """

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that a device has just created. `credential_id` in base64url; `public_key` in
    COSE.
    """

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: list[str]


def site_of(public_url: str) -> Site | None:
    """None where browsers do not support passkeys: at a network address, and without TLS except on
    the machine itself (Web Authentication, section 5.1.3: a domain is required).
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_address(host) or (parts.scheme != "https" and not local):
        return None
    return Site(host, f"{parts.scheme}://{parts.netloc}".lower())


def to_make(
    site: Site, challenge: bytes, *, user_id: int, email: str, name: str, known: Iterable[str]
) -> dict[str, Any]:
    """The request to create a passkey for this person; a device that has one (`known`) refuses."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=ISSUER,
        user_id=handle_of(user_id),
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=_PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=_read(one)) for one in known],
    )
    return options_to_json_dict(options)


def to_answer(site: Site, challenge: bytes, *, known: Iterable[str] = ()) -> dict[str, Any]:
    """The request to sign with one of these passkeys, or with any of the device."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=_PATIENCE,
        allow_credentials=[PublicKeyCredentialDescriptor(id=_read(one)) for one in known],
        user_verification=_VERIFIED,
    )
    return options_to_json_dict(options)


def made(site: Site, challenge: bytes, answer: str) -> NewKey:
    """The passkey that a device created on request. Raises AnswerRefused."""
    with _reading(AnswerRefused):
        credential = parse_registration_credential_json(answer)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        return NewKey(
            bytes_to_base64url(verified.credential_id),
            verified.credential_public_key,
            verified.sign_count,
            [transport.value for transport in credential.response.transports or ()],
        )


def named(answer: str) -> str:
    """The passkey that an answer names, before anything of it is verified.

    Raises PasskeyRefused.
    """
    with _reading(PasskeyRefused):
        return bytes_to_base64url(parse_authentication_credential_json(answer).raw_id)


def count_of(site: Site, challenge: bytes, answer: str, *, public_key: bytes, user_id: int) -> int:
    """The signature counter of the device, once its signature is verified.

    Raises PasskeyRefused.
    """
    with _reading(PasskeyRefused):
        credential = parse_authentication_credential_json(answer)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    if credential.response.user_handle not in (None, handle_of(user_id)):
        raise PasskeyRefused
    return verified.new_sign_count


def is_copy(*, kept: int, sent: int) -> bool:
    """Whether the counter of a passkey did not increase: then two devices have it.

    Passkeys that several devices share on purpose do not count, and always send zero (section
    6.1.1).
    """
    return (kept > 0 or sent > 0) and sent <= kept


def handle_of(user_id: int) -> bytes:
    """The identifier of the person on a device: it contains no personal data (section 14.6.1)."""
    return sha256(f"passkeys of user {user_id}".encode()).digest()


@contextmanager
def _reading(refusal: type[DomainError]) -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise refusal from error


def _read(written: str) -> bytes:
    return base64url_to_bytes(written)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
