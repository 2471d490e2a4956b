"""Sample documents of every kind: `python -m shop.documents.samples DIRECTORY`.

The names are invented; the amounts add up, so that they can be checked.
"""

import json
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from shop.core.money import Money, UnitPrice
from shop.core.parties import Place
from shop.core.sales import SaleLine, contents_of, sale_totals
from shop.core.vat import PriceBasis
from shop.documents.attached import attached_xml
from shop.documents.pdf import image_to_pdf, merge, render
from shop.einvoicing.frozen import KEY, Treatment, credited_parts, electronic_parts, place_parts

_DATA: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
#: sku, name, detail, quantity, price including VAT in cents, eco-contribution excluding VAT in
#: ten-thousandths of a euro, rate
_GOODS, _SHIPPING = _DATA["goods"], _DATA["shipping"]
_PEOPLE, _REFERENCES, _PLACES = _DATA["people"], _DATA["references"], _DATA["places"]


def quote(count: int = 9, *, language: str = "fr") -> dict[str, Any]:
    """A quote of `count` lines, shipping not counted."""
    asked = {"quote": "DE-2026-000142", "service_code": "CULT-02"}
    return _head("quote", "DE-2026-000142", "2026-11-18", language) | {
        "references": asked,
        "promised_days": 3,
        "valid_until": "2026-12-18",
        "conditions_version": "3",
        "accepted_by": "Claire Marchand",
        "accepted_at": "2026-11-18T10:26:00+00:00",
        "purchase_order_address": [
            "Comptoir, administration des ventes",
            "12, quai des Forges",
            "69007 Lyon",
        ],
        **_priced(count),
    }


def order_form(count: int = 9, *, language: str = "fr") -> dict[str, Any]:
    """A purchase order filled in from the quote: without its number, with its signatory."""
    drawn = quote(count, language=language)
    return drawn | {
        "kind": "order_form",
        "number": "DE-2026-000142-1",
        "issued_on": "2026-11-19",
        "quoted_on": drawn["issued_on"],
        "filled": {
            "reference": "",
            "engagement": "EJ-2026-0457",
            "service_code": "CULT-02",
            "contract": "",
            "signatory_name": "Hélène Vasseur",
            "signatory_capacity": "Maire",
        },
    }


def delivery_note(count: int = 9, *, language: str = "fr") -> dict[str, Any]:
    """A delivery note whose third line is not complete."""
    lines = []
    for line in _priced(count)["lines"][:-1]:
        left = 1 if line["position"] == 3 else 0
        asked = line["quantity"] + left
        lines.append(
            {key: line[key] for key in ("position", "sku", "name", "detail")}
            | {"ordered": asked, "delivered": line["quantity"], "remaining": left}
        )
    return _head("delivery_note", "BL-2026-000088", "2026-12-02", language) | {
        "references": _REFERENCES,
        "shipment": {
            "carrier": "Transports du Perche",
            "tracking": "TP 4471 2096",
            "parcels": 6,
            "weight_g": 148_500,
        },
        "promised_on": "2026-12-03",
        "acknowledged_at": f"https://comptoir.example/livraisons/{'k' * 43}",
        "lines": lines,
    }


def contrary_note(count: int = 3, *, language: str = "fr") -> dict[str, Any]:
    """A contrary note that takes a unit of the first line back."""
    lines = [
        {key: line[key] for key in ("position", "sku", "name", "detail")}
        | {"shipped": line["quantity"], "back": 1 if line["position"] == 1 else 0}
        for line in _priced(count)["lines"][:-1]
    ]
    return _head("contrary_note", "BL-2026-000089", "2026-12-03", language) | {
        "references": _REFERENCES,
        "corrects": {"number": "BL-2026-000088", "issued_on": "2026-12-02"},
        "reason": "Une unité est restée au dépôt",
        "lines": [line | {"left": line["shipped"] - line["back"]} for line in lines],
    }


def invoice(
    count: int = 9, *, language: str = "fr", audience: str = "public", paid: bool = False
) -> dict[str, Any]:
    """An invoice; a consumer's is paid by card and follows no quote."""
    content = _head("invoice", "FA-2026-000131", "2026-12-04", language) | {
        "references": _REFERENCES,
        "operation": "goods",
        "audience": audience,
        "shipped_on": "2026-12-03",
        "due_on": "2026-12-04" if paid else None,
        "payment_delay_days": 30,
        "paid": paid,
        "paid_on": "2026-12-04" if paid else None,
        "payment_method": "card" if paid else None,
        **_priced(count),
    }
    if audience == "consumer":
        content |= {
            **_priced(count, PriceBasis.INCLUDING),
            "references": {"order": "CO-2026-000097"},
            "paying_service": None,
            "customer": {
                "name": "Claire Marchand",
                "address": ["3, rue des Tilleuls", "61000 Alençon"],
            },
        }
        return content
    return content | electronic(content)


def electronic(content: dict[str, Any]) -> dict[str, Any]:
    """The keys of the electronic form of an invoice to the samples' customer."""
    buyer, delivery = (place_parts(Place("", **_PLACES[name])) for name in ("buyer", "delivery"))
    return electronic_parts(content, buyer, delivery, Treatment())


def credit_note(count: int = 2, *, language: str = "fr") -> dict[str, Any]:
    """A credit note of some lines of the invoice, whose amount is still to pay."""
    content = _head("credit_note", "AV-2026-000012", "2026-12-11", language) | {
        "references": _REFERENCES | {"invoice": "FA-2026-000131", "delivery_notes": []},
        "operation": "goods",
        "audience": "public",
        "origin": {"number": "FA-2026-000131", "issued_on": "2026-12-04"},
        "reason": "Deux enceintes rayées à la livraison, reprises le 8 décembre",
        **_priced(count),
    }
    seller = content["seller"] | {"bank": None}  # nothing is to be paid
    effect = {"left": 142_350, "refund": 0, "means": "transfer"}
    content |= {"seller": seller, "effect": effect}
    left = {part["rate"]: part["base"] for part in content["totals"]["vat"]}
    return content | credited_parts(content, invoice(), left)


def reversal(count: int = 2, *, language: str = "fr") -> dict[str, Any]:
    """The internal reversal of an invoice that its recipient refused."""
    content = credit_note(count, language=language)
    del content[KEY]  # it is sent to nobody
    return content | {"kind": "reversal", "reason": "Refusée : service exécutant inconnu"}


def scan() -> bytes:
    """A picture used as the scan of a purchase order."""
    picture = Image.new("L", (827, 1169), 248)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((80, 80, 360, 150), outline=60, width=3)
    for row in range(24):
        pen.line((80, 260 + row * 30, 747 - (row % 5) * 60, 260 + row * 30), fill=120, width=4)
    pen.ellipse((520, 960, 700, 1110), outline=70, width=5)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def dossier(language: str = "fr") -> bytes:
    """The file for the paying service: invoice, copy of the purchase order, delivery note."""
    on = date(2026, 12, 4)
    parts = [
        render("invoice", invoice(language=language), language=language),
        image_to_pdf(scan(), title="BC-26-0871", on=on, language=language),
        render("delivery_note", delivery_note(language=language), language=language),
    ]
    return merge(
        parts,
        title="FA-2026-000131",
        on=on,
        language=language,
        labels=("FA-2026-000131", "BC-26-0871", "BL-2026-000088"),
        xml=attached_xml(parts[0]),
    )


def _head(kind: str, number: str, issued_on: str, language: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": number,
        "language": language,
        "issued_on": issued_on,
        "legal_name": _PEOPLE["seller"]["name"],
        "lead": "Sonorisation de la salle Arletty, suivant votre demande du 16 novembre",
        **_PEOPLE,
    }


def _priced(count: int, basis: PriceBasis = PriceBasis.EXCLUDING) -> dict[str, Any]:
    """`count` lines and the shipping, with their totals."""
    rows = [_GOODS[n % len(_GOODS)] for n in range(count)] + [_SHIPPING]
    lines = [
        SaleLine(
            product_id=position if sku else None,
            sku=sku,
            name=name,
            quantity=quantity,
            unit_price=UnitPrice.from_including(Money(price), rate),
            vat_rate=rate,
            eco_fee=UnitPrice(eco),
            detail=detail,
            unit_including=Money(price) if basis is PriceBasis.INCLUDING else None,
        )
        for position, (sku, name, detail, quantity, price, eco, rate) in enumerate(rows, start=1)
    ]
    return {"lines": contents_of(lines), "totals": sale_totals(lines).to_json()}


def write_samples(directory: Path) -> list[Path]:
    """One file of each kind, in both languages."""
    directory.mkdir(parents=True, exist_ok=True)
    made = []
    for language in ("fr", "en"):
        papers = {
            "quote": render("quote", quote(language=language), language=language),
            "order-form": render("order_form", order_form(language=language), language=language),
            "delivery-note": render(
                "delivery_note", delivery_note(language=language), language=language
            ),
            "invoice": render("invoice", invoice(language=language), language=language),
            "invoice-consumer": render(
                "invoice",
                invoice(2, language=language, audience="consumer", paid=True),
                language=language,
            ),
            "credit-note": render("credit_note", credit_note(language=language), language=language),
            "dossier": dossier(language),
        }
        for name, data in papers.items():
            made.append(directory / f"{name}-{language}.pdf")
            made[-1].write_bytes(data)
    return made


if __name__ == "__main__":
    for path in write_samples(Path(sys.argv[1])):
        sys.stdout.write(f"{path}\n")
