"""The QR code that opens a page of the shop, printed on a paper."""

import segno

from shop.documents.payment_code import svg_of


def page_code(address: str) -> bytes:
    """An SVG of that address, which a telephone reads and opens. It is read with a corner that is
    creased or stained: about 15 % of it may be lost.
    """
    return svg_of(segno.make_qr(address, error="m"))
