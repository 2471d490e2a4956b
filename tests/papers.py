"""Papers for tests: of a given length and basis, and random ones of all kinds."""

import random
from datetime import date, timedelta
from typing import Any

from shop.core.alphabet import missing_letters
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine, contents_of, sale_totals
from shop.core.vat import PriceBasis
from shop.documents import samples
from shop.documents.layout import sentences
from shop.einvoicing.frozen import KEY
from shop.einvoicing.rules import faults_of

KINDS = ("quote", "delivery_note", "invoice", "credit_note")
PRIVATE, ORGANISATION, MIXED = "private", "organisation", "mixed rates"
BASES = (PRIVATE, ORGANISATION, MIXED)
RATES = (2000, 1000, 550, 210)
_NAMES = (
    "Câble micro XLR, 10 m",
    "Lyre à faisceau 150 W avec roue de couleurs",
    "Poutre aluminium carrée 290 mm, longueur 3 m",
    "Ensemble micro sans fil double main, bande 470 à 694 MHz, mallette et deux chargeurs rapides",
)


def paper_of(kind: str, count: int, basis: str) -> dict[str, Any]:
    """A paper of `count` lines and, where it has prices, the delivery. The references of its lines
    are L-001, L-002, and so on.
    """
    private = basis == PRIVATE
    facts = {"audience": "consumer", "paid": True} if private and kind == "invoice" else {}
    content: dict[str, Any] = getattr(samples, kind)(count, **facts)
    if kind != "delivery_note":
        content |= priced(
            [
                (
                    _NAMES[n % 4],
                    1 + n % 3,
                    950 + 1_237 * n,
                    RATES[n % 4] if basis == MIXED else 2000,
                )
                for n in range(count)
            ],
            including=private,
        )
    for line in content["lines"]:
        line["sku"] = f"L-{line['position']:03d}"
    renew_electronic_form(kind, content)
    return content


def priced(rows: list[tuple[str, int, int, int]], *, including: bool) -> dict[str, Any]:
    """Lines (name, quantity, price in cents, rate) and a delivery, with their totals."""
    rows = [*rows, ("Livraison sur palette", 1, 3_480, 2000)]
    lines = []
    for position, (name, quantity, cents, rate) in enumerate(rows, start=1):
        price = UnitPrice.from_including(Money(cents), rate)
        lines.append(
            SaleLine(
                product_id=position if position < len(rows) else None,
                sku=f"REF-{position}",
                name=name,
                quantity=quantity,
                unit_price=price,
                vat_rate=rate,
                eco_fee=UnitPrice(
                    price.tenthousandths // 40 if position % 3 and position < len(rows) else 0
                ),
                detail="Lot de dix, repérage par couleur" if position % 2 else "",
                unit_including=Money(cents) if including else None,
            )
        )
    return {"lines": contents_of(lines), "totals": sale_totals(lines).to_json()}


def random_paper(drawn: random.Random) -> tuple[str, dict[str, Any], str]:
    """The kind, the content and the language of a paper that people could have made."""
    kind, language = drawn.choice(KINDS), drawn.choice(("fr", "en"))
    count = drawn.choice((1, 1, 2, 3, 4, drawn.randint(1, 12), drawn.randint(1, 24)))
    content = paper_of(kind, count, drawn.choice(BASES))
    content["language"] = language
    if kind != "delivery_note":
        including = content["totals"]["basis"] == PriceBasis.INCLUDING
        rows = [
            (words(drawn, 200), drawn.randint(1, 9_999), _price(drawn), drawn.choice(RATES))
            for _line in range(count)
        ]
        content |= priced(rows, including=including)
    for line in content["lines"]:
        line |= {"name": words(drawn, 200), "sku": words(drawn, 40), "detail": words(drawn, 200)}
    content["lead"] = drawn.choice((None, "", words(drawn, 200)))
    for part in ("customer", "delivery", "paying_service", "contact"):
        content[part] = _typed(content[part], drawn)
    _add_history(kind, content, drawn)
    renew_electronic_form(kind, content)
    return kind, content, language


def renew_electronic_form(kind: str, content: dict[str, Any]) -> None:
    """The electronic form of the changed invoice, where its customer still is an organisation; none
    where it breaks a rule (such an invoice is never issued, its page is laid out all the same), nor
    for a credit note, which has its invoice's.
    """
    content.pop(KEY, None)
    named = all(content["customer"].get(name) for name in ("name", "siren", "siret"))
    if kind != "invoice" or not named:
        return
    content |= samples.electronic(content)
    if faults_of(content, sentences(content["language"])):
        del content[KEY]


def _price(drawn: random.Random) -> int:
    return drawn.choice((drawn.randint(1, 99), drawn.randint(100, 90_000), drawn.randint(1, 10**8)))


def words(drawn: random.Random, most: int) -> str:
    """Typed text: words, long names with hyphens, references, now and then any character that
    a form accepts.
    """
    written = ""
    for _word in range(drawn.choice((1, 2, 3, 8, 30))):
        written += drawn.choice(
            (
                "sonorisation",
                "Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson",
                "Œuvre n° 3 : « L’été »",
                "W" * drawn.randint(1, 60),
                "".join(chr(drawn.randint(0x20, 0x24F)) for _sign in range(drawn.randint(1, 20))),
                chr(drawn.choice((drawn.randint(0x370, 0xD7FF), drawn.randint(0x1F300, 0x1FAFF)))),
                str(drawn.randint(0, 10**9)),
            )
        )
        written += drawn.choice((" ", " ", "-", ""))
    return "".join(sign for sign in written if not missing_letters(sign))[:most]


def _typed(part: dict[str, Any] | None, drawn: random.Random) -> dict[str, Any] | None:
    """The same party with other words, some of them left out."""
    if part is None:
        return None
    changed: dict[str, Any] = {}
    for name, value in part.items():
        if name in ("siren", "siret"):
            changed[name] = drawn.choice((value, None))
        elif name == "address":
            changed[name] = [words(drawn, 120) for _line in range(drawn.randint(1, 5))]
        elif name == "name":
            changed[name] = words(drawn, 200)
        else:
            changed[name] = drawn.choice((None, "", words(drawn, 120)))
    return changed


def _add_history(kind: str, content: dict[str, Any], drawn: random.Random) -> None:
    """Earlier deliveries and invoices of the order, on half of the papers."""
    if drawn.random() < 0.5:
        return
    if kind == "delivery_note":
        for line in content["lines"]:
            line["before"] = drawn.randint(0, line["ordered"])
        earlier = [f"BL-2026-{n:06d}" for n in range(1, drawn.randint(2, 9))]
        content["references"] = content["references"] | {"earlier_notes": earlier}
    if kind == "invoice":
        before = [
            {
                "number": f"FA-2026-{n:06d}",
                "issued_on": (date(2026, 1, 1) + timedelta(n)).isoformat(),
                "amount": drawn.randint(1, 10**9),
            }
            for n in range(drawn.randint(0, 15))
        ]
        left = drawn.choice((0, drawn.randint(1, 10**9))) if before else 1
        content["partial"] = {"ordered": 10**9, "earlier": before, "remaining": left}
