"""Where the lines of a paper stand: one to forty lines, all kinds, all bases.

A part of the table in `make test`, all of it by `make properties`.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import accumulate, pairwise, product
from typing import Any

import pypdf
import pypdfium2
import pytest

from shop.core import text
from shop.documents.pdf import render
from shop.documents.samples import delivery_note, invoice, quote
from tests.papers import BASES, KINDS, MIXED, PRIVATE, paper_of

#: What stands below the lines, on their last page only.
BELOW = {
    "quote": ("Taux de TVA", "Envoyez-nous", "réservé aux organismes publics. Devis gratuit"),
    "delivery_note": ("Réception par le destinataire", "SIGNATURE", "RÉSERVES"),
    "invoice": ("Taux de TVA", "Catégorie de l’opération"),
    "credit_note": ("Taux de TVA", "Catégorie de l’opération"),
}
#: The column of unit prices, in points from the left edge.
UNIT_PRICES = (363, 436)
NUMBERS = {
    "quote": "DE-2026-000142",
    "delivery_note": "BL-2026-000088",
    "invoice": "FA-2026-000131",
    "credit_note": "AV-2026-000012",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All counts of lines at full size, else one in twelve of each kind and basis."""
    if "count" not in metafunc.fixturenames:
        return
    full = metafunc.config.getoption("full_size")
    cases = [
        (kind, basis, count)
        for shift, (kind, basis) in enumerate(product(KINDS, BASES))
        for count in range(1, 41)
        if full or (count + 5 * shift) % 12 == 0
    ]
    metafunc.parametrize(("kind", "basis", "count"), cases)


def pages(kind: str, content: dict[str, Any], language: str = "fr") -> list[str]:
    """The text of each page as one line, with plain spaces."""
    reader = pypdf.PdfReader(BytesIO(render(kind, content, language=language)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def positions(page: str) -> list[int]:
    """The lines that stand on a page."""
    return [int(found) for found in re.findall(r"\bL-(\d{3})\b", page)]


def ensure_carried(shown: Sequence[str], sums: Sequence[int]) -> None:
    """Each page ends with the sum so far, and the next one begins with it."""
    for page, following in pairwise(shown):
        carried = re.sub(r"\s", " ", text.money(sums[positions(page)[-1] - 1]))
        assert f"À reporter {carried}" in page
        assert f"Report {carried}" in following
    assert "Report" not in shown[0].replace("À reporter", "")
    assert "À reporter" not in shown[-1]


def test_lines_stay_with_what_is_below_them_and_sums_are_carried(kind, basis, count):
    content = paper_of(kind, count, basis)
    lines = content["lines"]
    shown = pages(kind, content)
    placed = [positions(page) for page in shown]
    assert [at for page in placed for at in page] == [line["position"] for line in lines]
    assert len(placed[-1]) >= min(2, len(lines))
    assert all(placed[:-1]), "a page without a line"
    for number, page in enumerate(shown, start=1):
        assert f"Page {number} / {len(shown)}" in page
        assert "Désignation" in page
        assert NUMBERS[kind] in page
        for words in BELOW[kind]:
            assert (words in page) == (number == len(shown)), words
    if kind == "delivery_note":
        assert not any("eport" in page for page in shown)
    else:
        ensure_carried(shown, list(accumulate(line["total"] for line in lines)))
        assert len(shown) == 1 or count > 10


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("quote", quote(10)),
        ("invoice", invoice(10)),
        ("invoice", invoice(10, audience="consumer", paid=True)),
        ("delivery_note", delivery_note(10)),
        ("quote", paper_of("quote", 10, MIXED)),
        ("invoice", paper_of("invoice", 10, MIXED)),
    ],
)
def test_ten_lines_stand_on_one_page(kind, content):
    assert len(pages(kind, content)) == 1


#: All that a body may say about how to deliver.
ACCESS = {
    "contact_email": "regie@bellefontaine.example",
    "floor": "Rez-de-chaussée",
    "opening_hours": "du lundi au vendredi, de 8 h à 11 h 30 et de 14 h à 16 h",
    "call_before": True,
    "instructions": "Entrée des artistes par la cour, du lundi au vendredi avant 11 h ; quai de "
    "déchargement étroit, hayon nécessaire ; prévenir le gardien la veille",
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("made", [quote, invoice, delivery_note])
def test_ten_lines_stand_on_one_page_with_all_that_is_said_of_the_delivery(made, language):
    content = made(10, language=language)
    content["delivery"] = content["delivery"] | ACCESS
    [page] = pages(content["kind"], content, language)
    for told in ("floor", "opening_hours"):
        assert ACCESS[told] in page


def test_the_purchase_order_is_named_on_each_page():
    shown = pages("invoice", paper_of("invoice", 40, MIXED))
    assert len(shown) > 1
    assert all("BC-26-0871" in page for page in shown)


def test_a_line_longer_than_a_page_runs_on_and_what_follows_stays_with_its_end():
    content = paper_of("invoice", 3, PRIVATE)
    content["lines"][1]["detail"] = "repérage " * 1_500
    shown = pages("invoice", content)
    assert " ".join(shown).count("repérage") >= 1_500
    assert len(shown) > 2
    assert positions(shown[-1])[-1] == 4
    assert "Taux de TVA" in shown[-1]


def test_the_commas_of_unit_prices_line_up():
    """Prices below a euro have up to four decimals, and so have all those of older papers."""
    content = quote(9)
    for line, price in zip(content["lines"], (5_741_667, 123_500, 123_750, 7_083), strict=False):
        line["unit_price"] = price
    prices = [text.unit_price(line["unit_price"]) for line in content["lines"]]
    assert {len(price.partition(",")[2]) for price in prices} == {4, 5, 6}, "two to four decimals"
    places = comma_places(render("quote", content, language="fr"))
    assert len(places) == len(prices)
    assert max(places) - min(places) < 0.5


def comma_places(data: bytes) -> list[float]:
    """The places of the decimal commas of unit prices, in points from the left edge."""
    document = pypdfium2.PdfDocument(data)
    page = document[0].get_textpage()
    places = []
    for match in re.finditer(r"(?<=\d),(?=\d{2,4}\s*€)", page.get_text_range()):
        left, bottom, right, top = page.get_charbox(match.start())
        if UNIT_PRICES[0] < left < UNIT_PRICES[1] and top - bottom > 2.5:
            places.append((left + right) / 2)
    document.close()
    return places
