"""Validation of a PDF against PDF/A-3b (ISO 19005-3): what the package page-validation finds.

This is the only module that imports it (under its import name, `page`). It is young, so its word
is taken as a finding for a person to read: what a finding stops is decided by the caller
(shop/dossiers/papers.py), and a validator that is absent or fails gives a finding as well.
"""

import logging
from dataclasses import dataclass

log = logging.getLogger(__name__)

PROFILE = "3b"


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found in a file: the rules that it breaks, none if it conforms.

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
    except BaseException as trouble:  # a panic of the Rust code is no Exception
        log.exception("a PDF could not be validated")
        return Validation((f"{type(trouble).__name__}: {trouble}",), checked=False)
    return Validation(found)
