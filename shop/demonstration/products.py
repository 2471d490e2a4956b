"""What the sales staff of the demonstration has done to products: a price planned, a photograph
sent, which is drawn here, and the price list of a supplier, to be applied.
"""

from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalogue.models import Product
from shop.catalogue.price_rules import AskedPrice
from shop.catalogue.prices import plan_price
from shop.core.actors import SALES, Actor
from shop.core.money import Money
from shop.core.text import paris_day
from shop.documents.spreadsheets import csv_of
from shop.imports.imports import check_import, receive_import, table_of_file
from shop.photographs.photographs import Words, add_photographs, arrange_photographs, photographs_of
from shop.photographs.rules import SentPhotograph

SELLER = Actor("Hugo Perrin", frozenset({SALES}))
#: The product that is photographed, and the one whose price falls in a fortnight.
CABLE, HAZE = "CAB-0102", "LUM-0803"
#: Titles, then lines.
PRICE_LIST = (
    ("Référence", "Désignation", "Marque", "Famille", "Prix TTC"),
    (CABLE, "Câble de micro XLR 10\u00a0m Fil d’Ariane", "Torsadel", "cables-de-micro", "21,90"),
    (
        "CAB-0190",
        "Câble de micro XLR 20\u00a0m Fil d’Ariane",
        "Torsadel",
        "cables-de-micro",
        "34,50",
    ),
)
_SIZE = (1600, 1200)


def fill_products(session: Session, *, at: datetime) -> None:
    """After the catalogue; the worker makes the files of the photograph, and compares the price
    list.
    """
    ids = dict(session.execute(select(Product.sku, Product.id)).all())
    starts = paris_day(at) + timedelta(days=14)
    asked = AskedPrice(Money(39_900), starts, "Nouveau tarif du fabricant")
    plan_price(session, ids[HAZE], asked, by=SELLER, at=at)
    cable = SentPhotograph("cable-10-m.jpg", drawn_cable())
    add_photographs(session, ids[CABLE], [cable], by=SELLER, at=at)
    (row,) = photographs_of(session, ids[CABLE])
    words = {row.id: Words(1, "Câble enroulé, vu de dessus", "Coiled cable, from above")}
    arrange_photographs(session, ids[CABLE], words, by=SELLER, at=at)
    send_price_list(session, at=at)


def send_price_list(session: Session, *, at: datetime) -> None:
    """A price that rises, and a product that the catalogue does not have."""
    sent = table_of_file("tarif-fabricant.csv", csv_of(PRICE_LIST[0], PRICE_LIST[1:]))
    row = receive_import(session, sent, by=SELLER, at=at)
    check_import(session, row.id, row.mapping, paris_day(at), by=SELLER, at=at)


def drawn_cable() -> bytes:
    """A coil of cable with its two plugs, on a table, as a JPEG."""
    picture = Image.new("RGB", _SIZE, "#d8d2c6")
    draw = ImageDraw.Draw(picture)
    for row in range(_SIZE[1]):
        shade = 216 - row // 24
        draw.line([(0, row), (_SIZE[0], row)], fill=(shade, shade - 6, shade - 18))
    draw.ellipse((396, 236, 1236, 1076), fill="#a9a294")
    draw.ellipse((380, 200, 1220, 1040), fill="#2a2c33")
    for turn in range(7):
        inset = 14 + turn * 26
        box = (380 + inset, 200 + inset, 1220 - inset, 1040 - inset)
        draw.ellipse(box, outline="#4a4e59", width=6)
    draw.ellipse((590, 410, 1010, 830), fill="#cfc9bc")
    for left, top in ((1130, 250), (1150, 760)):
        draw.line([(1080, top + 60), (left + 20, top + 40)], fill="#2a2c33", width=26)
        draw.rounded_rectangle((left, top, left + 230, top + 84), 22, fill="#8d939e")
        draw.rounded_rectangle((left + 150, top + 8, left + 230, top + 76), 14, fill="#c9ced6")
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=88)
    return kept.getvalue()
