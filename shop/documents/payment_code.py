"""The QR code that a banking application reads to prepare a transfer (EPC069-12)."""

import logging
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from segno import QRCode, helpers

log = logging.getLogger(__name__)

_HOLDER_MAX = 70  # EPC069-12: the beneficiary's name


def transfer_code(bank: Mapping[str, Any], cents: int, reference: str) -> bytes | None:
    """An SVG for a transfer of `cents` of euro with the invoice's number as text.

    None when there is no transfer to ask for: nothing to pay, or bank details that the standard
    does not allow.
    """
    if cents <= 0:
        return None
    try:
        code = helpers.make_epc_qr(
            name=bank["holder"][:_HOLDER_MAX],
            iban=bank["iban"],
            bic=bank.get("bic") or None,
            amount=Decimal(cents) / 100,
            text=reference,
        )
    except ValueError as refused:
        log.warning("no transfer code on %s: %s", reference, refused)
        return None
    return svg_of(code)


def svg_of(code: QRCode) -> bytes:
    """The drawing of a code, without the margin that the page leaves around it."""
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=0, dark="#14283f", light=None, xmldecl=False)
    return drawn.getvalue()
