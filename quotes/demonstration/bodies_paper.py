"""A purchase order as a town hall would type, sign and stamp it: the demonstration's scans."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from quotes.quotes.models import Quote
from shop.core.parties import parties_from
from shop.core.sales import SaleLine
from shop.core.text import day_numeric, money

BLUE = (0.19, 0.29, 0.62)


def purchase_order_pdf(
    quote: Quote, lines: list[SaleLine], *, reference: str, dated_on: str, engagement: str
) -> bytes:
    """One page: letterhead, the quote's lines, total, stamp and signature. Marked as a sample."""
    buffer = BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    parties = parties_from(quote.parties)
    page.setTitle(reference)
    _letterhead(page, parties.header.name, " ".join(parties.header.lines))
    page.setFont("Helvetica-Bold", 15)
    page.drawString(20 * mm, 235 * mm, "BON DE COMMANDE")
    page.setFont("Helvetica", 10)
    page.drawRightString(190 * mm, 235 * mm, f"n° {reference}")
    service = parties.paying_service.service_code if parties.paying_service else ""
    told = (
        f"Date : {day_numeric(dated_on)}",
        f"Engagement : {engagement}   Service : {service}",
        f"Selon votre devis {quote.number} du {day_numeric(quote.issued_at)}",
    )
    for row, words in enumerate(told):
        page.drawString(20 * mm, (226 - 6 * row) * mm, words)
    bottom = _lines(page, lines, 204)
    page.setFont("Helvetica-Bold", 11)
    total = _plain(money(quote.including.cents))
    page.drawRightString(190 * mm, (bottom - 8) * mm, f"Total TTC   {total}")
    _stamp(page, 62, bottom - 40, parties.header.city.upper())
    _signature(page, 125, bottom - 40)
    page.save()
    return buffer.getvalue()


def agreement_pdf(reference: str, subject: str, *, signatory: str, dated_on: str) -> bytes:
    """The last page of a price agreement, dated and signed. Marked as a sample."""
    buffer = BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.setTitle(reference)
    page.setFont("Helvetica-Bold", 15)
    page.drawString(20 * mm, 250 * mm, f"Accord de prix {reference}")
    page.setFont("Helvetica", 10)
    for row, words in enumerate((subject, f"Signé le {dated_on} par {signatory}", "Exemple")):
        page.drawString(20 * mm, (238 - 6 * row) * mm, words)
    page.showPage()
    page.save()
    return buffer.getvalue()


def letter_pdf(body: str, address: str, *, buyer: str, dated_on: str) -> bytes:
    """One page that names a buyer, on a body's letterhead. Marked as a sample."""
    buffer = BytesIO()
    page = Canvas(buffer, pagesize=A4, invariant=1)
    page.setTitle("Lettre")
    _letterhead(page, body, address)
    page.setFont("Helvetica-Bold", 13)
    page.drawString(20 * mm, 225 * mm, "Désignation d'un acheteur")
    page.setFont("Helvetica", 11)
    told = (
        f"Le {day_numeric(dated_on)}",
        "",
        "Madame, Monsieur,",
        f"{_plain(buyer)} est chargé des achats de matériel pour notre organisme",
        "et peut demander des devis en son nom.",
    )
    for row, words in enumerate(told):
        page.drawString(20 * mm, (212 - 8 * row) * mm, words)
    _stamp(page, 62, 130, body.split()[-1].upper())
    _signature(page, 125, 130)
    page.save()
    return buffer.getvalue()


def _plain(words: str) -> str:
    return words.replace("\u202f", " ").replace("\u00a0", " ").replace("€", "EUR")


def _letterhead(page: Canvas, name: str, address: str) -> None:
    page.setStrokeColorRGB(0.3, 0.3, 0.3)
    shield = page.beginPath()
    shield.moveTo(20 * mm, 272 * mm)
    shield.lineTo(32 * mm, 272 * mm)
    shield.lineTo(32 * mm, 262 * mm)
    shield.lineTo(26 * mm, 257 * mm)
    shield.lineTo(20 * mm, 262 * mm)
    shield.close()
    page.drawPath(shield)
    page.setFont("Helvetica-Bold", 12)
    page.drawString(37 * mm, 267 * mm, name.upper())
    page.setFont("Helvetica", 9)
    page.drawString(37 * mm, 261 * mm, address)
    page.line(20 * mm, 251 * mm, 190 * mm, 251 * mm)


def _lines(page: Canvas, lines: list[SaleLine], top: float) -> float:
    page.setFont("Helvetica", 9)
    page.drawString(22 * mm, top * mm, "Désignation")
    page.drawRightString(150 * mm, top * mm, "Qté")
    page.drawRightString(188 * mm, top * mm, "Total HT")
    page.line(20 * mm, (top - 2) * mm, 190 * mm, (top - 2) * mm)
    row = top - 8
    for line in lines:
        page.drawString(22 * mm, row * mm, f"{line.sku} {line.name}"[:68])
        page.drawRightString(150 * mm, row * mm, str(line.quantity))
        page.drawRightString(188 * mm, row * mm, _plain(money(line.amount.cents)))
        row -= 6
    page.rect(20 * mm, row * mm, 170 * mm, (top + 5 - row) * mm)
    return row


def _stamp(page: Canvas, x: float, y: float, city: str) -> None:
    page.setStrokeColorRGB(*BLUE)
    page.setFillColorRGB(*BLUE)
    page.setLineWidth(1.4)
    page.circle(x * mm, y * mm, 16 * mm)
    page.circle(x * mm, y * mm, 11 * mm)
    page.saveState()
    page.translate(x * mm, y * mm)
    page.rotate(-9)
    page.setFont("Helvetica-Bold", 7)
    page.drawCentredString(0, 1.2 * mm, "MAIRIE")
    page.drawCentredString(0, -2.6 * mm, city[:14])
    page.restoreState()


def _signature(page: Canvas, x: float, y: float) -> None:
    page.setFillColorRGB(0, 0, 0)
    page.setFont("Helvetica", 9)
    page.drawString(x * mm, (y + 12) * mm, "Le maire")
    ink = page.beginPath()
    ink.moveTo(x * mm, (y - 2) * mm)
    ink.curveTo(
        (x + 6) * mm, (y + 14) * mm, (x + 8) * mm, (y - 12) * mm, (x + 15) * mm, (y + 4) * mm
    )
    ink.curveTo(
        (x + 20) * mm, (y + 12) * mm, (x + 24) * mm, (y - 8) * mm, (x + 42) * mm, (y + 5) * mm
    )
    page.drawPath(ink)
