"""Signatures that can be checked for a long time: PAdES B-T and B-LTA (ETSI EN 319 142-1).

The certificates, their revocation lists and OCSP answers are kept in the file, under a time stamp
of the whole. Nothing is left out silently: a service that does not answer, or a certificate whose
revocation cannot be learnt, fails the signature, which the worker tries again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from asn1crypto.x509 import Certificate as Asn1Certificate
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend
from pyhanko_certvalidator.path import ValidationPath

from shop.documents.signature_rules import TimeService

#: Seconds that a time-stamp service, or a revocation service, may take to answer.
_TIMEOUT = 10
TIMESTAMP_FIELD = "Timestamp"


class ServiceUnreachable(Exception):
    """The time-stamp service gave no time stamp."""


def stamper_of(service: TimeService) -> TimeStamper:
    """The client of a time-stamp service, for one signature."""
    return RequestsHTTPTimeStamper(service.url, timeout=_TIMEOUT)


def names_revocation(certificate: Asn1Certificate) -> bool:
    """Whether a certificate says where its revocation can be asked for."""
    return bool(certificate.crl_distribution_points or certificate.ocsp_urls)


@dataclass(frozen=True, slots=True)
class Proof:
    """That the certificates of a signature were valid: their paths, and the context that holds the
    revocation lists and answers.
    """

    paths: Sequence[ValidationPath]
    context: ValidationContext


async def proof_of(
    signer: SimpleSigner, stamper: TimeStamper, authorities_path: str, *, at: datetime
) -> Proof:
    """Check the shop's certificate and that of the time-stamp service, and keep what proves it.
    Raises the refusals of the library: an unknown authority, a revoked certificate, a revocation
    that cannot be learnt.
    """
    roots = list(load_certs_from_pemder_data(Path(authorities_path).read_bytes()))
    context = ValidationContext(
        trust_roots=roots,
        allow_fetching=True,
        fetcher_backend=RequestsFetcherBackend(per_request_timeout=_TIMEOUT),
        revocation_mode="hard-fail",
        moment=at.astimezone(UTC),
    )
    own = CertificateValidator(
        signer.signing_cert,
        intermediate_certs=signer.cert_registry,
        validation_context=context,
    )
    paths = [await own.async_validate_usage({"digital_signature"})]
    paths += [path async for path in stamper.validation_paths(context)]
    return Proof(paths, context)


def add_proof(writer: IncrementalPdfFileWriter, signed: bytes, proof: Proof) -> None:
    """Put what proves the signature of a file into the writer that adds to it."""
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    contents = signature.pkcs7_content.hex().encode("ascii")
    DocumentSecurityStore.supply_dss_in_writer(
        writer, contents, paths=proof.paths, validation_context=proof.context
    )


async def stamped(writer: IncrementalPdfFileWriter, stamper: TimeStamper) -> bytes:
    """The file with a time stamp of the whole; its field is in the writer already."""
    closing = PdfTimeStamper(stamper, TIMESTAMP_FIELD, readable_field_name=TIMESTAMP_FIELD)
    out = await closing.async_timestamp_pdf(writer, "sha256")
    return bytes(out.getbuffer())
