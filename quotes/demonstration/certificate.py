"""The certificate that the demonstration signs invoices with: its own, made when it is filled."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from shop.documents.signature import CertificateUnusable, certificate_of

#: How long it is valid, before and after the moment at which it is made.
_BEFORE, _AFTER = timedelta(days=400), timedelta(days=1100)


def provide_certificate(path: Path, *, at: datetime) -> None:
    """Make the file (PKCS#12, without a passphrase: nobody trusts it) where there is none, or one
    that is not valid at that moment of the demonstration's clock.
    """
    try:
        if certificate_of(str(path), None).is_valid(at):
            return
    except CertificateUnusable:
        path.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Comptoir, demonstration")])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BEFORE)
        .not_valid_after(at + _AFTER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    path.touch(mode=0o600)
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"shop", key, certificate, None, NoEncryption())
    )
