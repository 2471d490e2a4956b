"""Validation of a PDF against PDF/A-3u (ISO 19005-3) with the package page-validation.

This is the only module that imports it (under its import name, `page`). The package is young, so
its result is a finding for a person to read: the caller (shop/dossiers/papers.py) decides what a
finding blocks, and a validator that is missing or fails gives a finding as well.
"""

import logging
from dataclasses import dataclass

log = logging.getLogger(__name__)

PROFILE = "3u"


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

        report = page.validate_pdf_bytes(data, profile=PROFILE)
        found = tuple(f"{failure.rule_id} {failure.message}" for failure in report.failures)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as trouble:  # a panic of the Rust code is not an Exception
        log.exception("a PDF could not be validated")
        return Validation((f"{type(trouble).__name__}: {trouble}",), checked=False)
    return Validation(found)
