"""The electronic signature of a paper: invisible PAdES, the last thing done to its file.

ETSI EN 319 142-1, at the level that is configured (signature_rules.py): it says that the file has
not changed since the holder of the certificate signed it. With a certificate that is not qualified
it is no legal proof by itself: the reliable audit trail stays the means of authenticity and
integrity (CGI, 289 VII).
The metadata are left as they are, or the file would be PDF/A and Factur-X no more.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from shop.documents.long_term import (
    TIMESTAMP_FIELD,
    ServiceUnreachable,
    add_proof,
    names_revocation,
    proof_of,
    stamped,
    stamper_of,
)
from shop.documents.signature_rules import Level, Signed, TimeService, level_for
from shop.documents.validation import validate

_FIELD = "Signature"
#: How long before its end the office is told that a certificate must be renewed.
WARNED_BEFORE = timedelta(days=30)


class CertificateUnusable(Exception):
    """The certificate cannot be read, or is not valid at the moment of signing."""


class AppendingWriter(IncrementalPdfFileWriter):
    """Appends the signature and nothing else: pyHanko would rewrite the XMP on saving."""

    def _update_meta(self) -> None:
        """Private in pyHanko 0.38: a test compares the metadata before and after signing."""

    def add_object(self, obj: PdfObject, *given: Any, **facts: Any) -> IndirectObject:
        """A stream, as those of certificates and revocation lists, must not end in a carriage
        return: a reader takes it and the line feed of `endstream` for one line end (ISO 19005-3,
        6.1.7.1). One in 256 does, and is written as ASCII.
        """
        if isinstance(obj, StreamObject) and obj.encoded_data.endswith(b"\r"):
            obj.apply_filter(NameObject("/ASCII85Decode"))
        return super().add_object(obj, *given, **facts)


class _SignerAt(PdfSigner):
    """Signs at a given moment: pyHanko would read the clock of the machine."""

    def __init__(self, *given: Any, at: datetime, **facts: Any) -> None:
        super().__init__(*given, **facts)
        self._at = at

    def init_signing_session(self, *given: Any, **facts: Any) -> PdfSigningSession:
        session = super().init_signing_session(*given, **facts)
        session.system_time = self._at
        return session


@dataclass(frozen=True, slots=True)
class Certificate:
    """The shop's certificate with its key: a PKCS#12 file and its passphrase."""

    data: bytes
    passphrase: bytes | None
    since: datetime
    until: datetime
    subject: str

    def is_valid(self, at: datetime) -> bool:
        """Whether papers can be signed with it at a moment."""
        return self.since <= at <= self.until

    def ends_soon(self, at: datetime) -> bool:
        """Whether it has ended, or must be renewed now."""
        return at > self.until - WARNED_BEFORE


def read_certificate(data: bytes, passphrase: bytes | None) -> Certificate:
    """Raises CertificateUnusable for a wrong passphrase and for what is no PKCS#12 file."""
    try:
        bundle = pkcs12.load_pkcs12(data, passphrase)
    except ValueError as reason:
        raise CertificateUnusable(str(reason)) from reason
    if bundle.key is None or bundle.cert is None:
        raise CertificateUnusable("the file holds no certificate with its key")
    own = bundle.cert.certificate
    return Certificate(
        data=data,
        passphrase=passphrase,
        since=own.not_valid_before_utc,
        until=own.not_valid_after_utc,
        subject=own.subject.rfc4514_string(),
    )


def certificate_of(path: str, passphrase_path: str | None) -> Certificate:
    """The certificate of the configuration. Raises CertificateUnusable."""
    try:
        data = Path(path).read_bytes()
        given = None if passphrase_path is None else Path(passphrase_path).read_bytes().strip()
    except OSError as reason:
        raise CertificateUnusable(str(reason)) from reason
    return read_certificate(data, given)


def sign(data: bytes, certificate: Certificate, *, at: datetime) -> bytes:
    """The file with a signature of level B-B. Raises CertificateUnusable."""
    return sign_with(data, certificate, None, at=at).data


def sign_with(
    data: bytes, certificate: Certificate, service: TimeService | None, *, at: datetime
) -> Signed:
    """The file with the signature appended: its first bytes are `data`, unchanged. The level is
    the highest that the configuration and the certificate allow; what stands in its way is raised,
    and no lower one is taken.

    Raises CertificateUnusable, ServiceUnreachable, and the refusals of `proof_of()`.
    """
    signer = _signer(certificate, at=at)
    level = level_for(service, has_revocation=names_revocation(signer.signing_cert))
    if service is None:
        return Signed(asyncio.run(_signed(data, signer, None, at=at)), level)
    try:
        return Signed(asyncio.run(_stamped(data, signer, service, level, at=at)), level)
    except TimestampRequestError as reason:
        raise ServiceUnreachable(f"{service.url}: {reason}") from reason


#: What the validator of this shop says of every file that was added to after its first signature.
#: The rule asks for the whole file of the moment of signing (ISO 19005-3, 6.4.3): veraPDF accepts
#: such a file, and `_covers_all()` checks it.
_ADDED_TO = "PDFA3A-SIGNATURE-BYTERANGE-001"


def findings_of(signed: Signed) -> tuple[str, ...]:
    """The rules of an archived file that a signed one breaks."""
    found = validate(signed.data).findings
    if signed.level is not Level.LTA or not _covers_all(signed.data):
        return found
    return tuple(one for one in found if not one.startswith(_ADDED_TO))


def _covers_all(data: bytes) -> bool:
    """Whether each signature covers all that the file was then, and the last one all of it."""
    ends = []
    for one in PdfFileReader(BytesIO(data)).embedded_signatures:
        start, _before, after, rest = (int(place) for place in one.byte_range)
        ends.append(after + rest)
        if start != 0 or not data[: ends[-1]].rstrip().endswith(b"%%EOF"):
            return False
    return bool(ends) and max(ends) == len(data)


def _signer(certificate: Certificate, *, at: datetime) -> SimpleSigner:
    if not certificate.is_valid(at):
        raise CertificateUnusable(f"the certificate is valid until {certificate.until:%Y-%m-%d}")
    signer = SimpleSigner.load_pkcs12_data(certificate.data, [], certificate.passphrase)
    if signer is None:
        raise CertificateUnusable("the key cannot be used for signatures")
    return signer


async def _signed(
    data: bytes, signer: SimpleSigner, stamper: TimeStamper | None, *, at: datetime
) -> bytes:
    stated = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    writer = AppendingWriter(BytesIO(data))
    append_signature_field(writer, SigFieldSpec(_FIELD, readable_field_name=_FIELD))
    _tag_field(writer)
    pen = _SignerAt(stated, signer=signer, timestamper=stamper, at=at)
    out = await pen.async_sign_pdf(writer)
    return bytes(out.getbuffer())


async def _stamped(
    data: bytes, signer: SimpleSigner, service: TimeService, level: Level, *, at: datetime
) -> bytes:
    """With a time stamp; for B-LTA with what proves the signature, and a time stamp of it all."""
    stamper = stamper_of(service)
    if level is Level.T:
        return await _signed(data, signer, stamper, at=at)
    assert service.authorities_path is not None
    proof = await proof_of(signer, stamper, service.authorities_path, at=at)
    signed = await _signed(data, signer, stamper, at=at)
    writer = AppendingWriter(BytesIO(signed))
    add_proof(writer, signed, proof)
    field = SigFieldSpec(TIMESTAMP_FIELD, readable_field_name=TIMESTAMP_FIELD)
    append_signature_field(writer, field)
    _tag_field(writer)
    return await stamped(writer, stamper)


def _tag_field(writer: IncrementalPdfFileWriter) -> None:
    """Name the last field in the structure of a tagged file, at its end (ISO 14289-1, 7.18.4)."""
    if "/StructTreeRoot" not in writer.root:
        return
    tree = writer.root["/StructTreeRoot"]
    document, marks = tree["/K"], tree["/ParentTree"]["/Nums"]
    fields = writer.root["/AcroForm"]["/Fields"]
    field = fields.raw_get(len(fields) - 1)
    widget = field.get_object()
    place = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OBJR"),
            NameObject("/Obj"): field,
            NameObject("/Pg"): widget.raw_get("/P"),
        }
    )
    element = writer.add_object(
        DictionaryObject(
            {
                NameObject("/S"): NameObject("/Form"),
                NameObject("/P"): tree.raw_get("/K"),
                NameObject("/K"): ArrayObject([place]),
            }
        )
    )
    following = NumberObject(len(marks) // 2)
    widget[NameObject("/StructParent")] = following
    document["/K"].append(element)
    marks.extend((following, element))
    for changed in (widget, document, marks):
        writer.update_container(changed)


def is_intact(data: bytes, *, authority: bytes, at: datetime) -> bool:
    """Whether a file bears one signature of this authority (PEM), covers all of it, and has not
    changed since.
    """
    trusted = list(load_certs_from_pemder_data(authority))
    context = ValidationContext(trust_roots=trusted, moment=at.astimezone(UTC))
    signatures = PdfFileReader(BytesIO(data)).embedded_signatures
    if len(signatures) != 1:
        return False
    return bool(validate_pdf_signature(signatures[0], context).bottom_line)
