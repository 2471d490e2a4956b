"""Validation of a PDF against PDF/A-3 (ISO 19005-3) with the package page-validation: level A with
PDF/UA-1 (ISO 14289-1) for a tagged file, level U for any other.

This is the only module that imports it (under its import name, `page`). The package is young, so
its result is a finding for a person to read: the caller (shop/dossiers/papers.py) decides what a
finding blocks, and a validator that is missing or fails gives a finding as well.
"""

import logging
from dataclasses import dataclass

log = logging.getLogger(__name__)

TAGGED, UNTAGGED = ("3a", "ua1"), ("3u",)
#: The metadata's claim, which is not compressed.
_CLAIMED = b"<pdfaid:conformance>A<"


@dataclass(frozen=True, slots=True)
class Validation:
    """The findings about a file: the rules that it breaks, none if it conforms.

    `checked` is False when the validator gave no answer; the finding then says why.
    """

    findings: tuple[str, ...] = ()
    checked: bool = True

    @property
    def conforms(self) -> bool:
        return self.checked and not self.findings


def validate(data: bytes) -> Validation:
    """Validate a file. Never raises: a validator that fails is a finding."""
    try:
        import page

        found = tuple(
            f"{failure.rule_id} {failure.message}"
            for profile in (TAGGED if _CLAIMED in data else UNTAGGED)
            for failure in page.validate_pdf_bytes(data, profile=profile).failures
        )
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as trouble:  # a panic of the Rust code is not an Exception
        log.exception("a PDF could not be validated")
        return Validation((f"{type(trouble).__name__}: {trouble}",), checked=False)
    return Validation(found)
