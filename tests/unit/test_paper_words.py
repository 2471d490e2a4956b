"""What a paper says, and how it breaks words: labels, columns, what came before."""

import copy
import re
from io import BytesIO
from typing import Any

import pypdf
import pytest

from shop.core.money import UnitPrice
from shop.core.sales import SaleLine, contents_of, sale_totals
from shop.documents import samples
from shop.documents.pdf import render
from shop.einvoicing.frozen import KEY
from tests.papers import KINDS, PRIVATE, paper_of

#: Facts that papers issued before these columns existed do not have.
NEW_FACTS = ("lead", "partial", "promised_days", "promised_on", "legal_name")
NEW_LINE_FACTS = ("before",)


def rows(kind: str, content: dict[str, Any]) -> list[str]:
    """The printed lines of a paper, with plain spaces."""
    reader = pypdf.PdfReader(BytesIO(render(kind, content, language="fr")))
    told = "\n".join(page.extract_text() for page in reader.pages)
    return [re.sub(r"[^\S\n]+", " ", row).strip() for row in told.split("\n")]


def words(kind: str, content: dict[str, Any]) -> str:
    return " ".join(rows(kind, content))


def with_name(name: str) -> dict[str, Any]:
    content = samples.invoice(1)
    return content | {"customer": content["customer"] | {"name": name}}


def test_a_long_name_is_broken_after_its_hyphens():
    name = "Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson"
    printed = rows("invoice", with_name(f"37500 {name}"))
    start = next(n for n, row in enumerate(printed) if row.startswith("37500 Saint-"))
    assert printed[start].endswith("-")
    assert printed[start] + printed[start + 1] == f"37500 {name}"


def test_a_long_word_without_a_hyphen_gets_one_and_a_reference_does_not():
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    printed = rows("invoice", with_name(word))
    start = next(n for n, row in enumerate(printed) if row.startswith("Donau"))
    assert printed[start].endswith("-")
    assert printed[start].removesuffix("-") + printed[start + 1] == word
    content = samples.invoice(1)
    content["lines"][0]["sku"] = "470011223344556677889900112233"
    assert "-" not in "".join(row for row in rows("invoice", content) if row.startswith("4700"))


def test_a_total_of_hundreds_of_millions_stands_on_one_line():
    content = copy.deepcopy(samples.invoice(1))
    del content[KEY]  # its figures contradict each other
    content["totals"]["including"] = 100_000_000_00
    content["lines"][0] |= {"unit_price": 98_765_432_1000, "total": 98_765_432_10}
    printed = rows("invoice", content)
    for amount in ("100 000 000,00 €", "98 765 432,10 €"):
        assert any(amount in row for row in printed), amount


def without_new_facts(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The content as papers had it before."""
    old = {name: value for name, value in content.items() if name not in NEW_FACTS}
    old["lines"] = [
        {name: value for name, value in line.items() if name not in NEW_LINE_FACTS}
        for line in content["lines"]
    ]
    old["references"] = {k: v for k, v in content["references"].items() if k != "earlier_notes"}
    return old


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_issued_before_the_new_facts_is_printed_without_their_labels(kind):
    printed = words(kind, without_new_facts(kind, paper_of(kind, 3, PRIVATE)))
    for label in (
        "OBJET",
        "Déjà",
        "Livré ce jour",
        "acture partielle",
        "solde",
        "PRÉCÉDENTES",
        "DÉLAI",
        "PRÉVUE",
        "RETRAIT",
    ):
        assert label not in printed, label


@pytest.mark.parametrize(
    ("days", "collected", "told"),
    [
        (3, False, "DÉLAI DE LIVRAISON 3 jours ouvrés après réception de l’original"),
        (1, False, "DÉLAI DE LIVRAISON 1 jour ouvré après réception de l’original"),
        (12, True, "RETRAIT POSSIBLE 12 jours ouvrés après réception de l’original"),
        (0, True, "RETRAIT POSSIBLE Le jour où nous recevons l’original"),
    ],
)
def test_a_quote_counts_its_promise_from_the_original(days: int, collected: bool, told: str):
    content = samples.quote(1) | {"promised_days": days}
    content["delivery"] = content["delivery"] | {"collected": collected}
    assert told in words("quote", content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sale_that_is_collected_names_the_shop_as_its_place(kind: str):
    content = getattr(samples, kind)(1)
    content["delivery"] = {
        "collected": True,
        "name": "Comptoir",
        "address": ["12, quai des Forges", "69007 Lyon"],
        "contact_name": "Marc Lefèvre",
        "contact_phone": "02 33 00 00 12",
        "opening_hours": "Du lundi au vendredi",
    }
    printed = words(kind, content)
    for told in ("RETRAIT AU MAGASIN", "Contact : Marc Lefèvre", "Du lundi au vendredi"):
        assert told in printed, told
    for untrue in ("Salle Arletty", "transporteur", "expédition", "EXPÉDIÉ"):
        assert untrue not in printed, untrue


@pytest.mark.parametrize("empty", ["", None])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_known_has_no_label(kind, empty):
    content = copy.deepcopy(paper_of(kind, 2, PRIVATE))
    content["customer"] |= {"code": empty, "siren": empty, "siret": empty}
    content["contact"] |= {"phone": empty, "email": empty}
    content |= {"paying_service": None, "account_manager": None, "lead": empty}
    content["references"] = dict.fromkeys(content["references"], empty)
    content["shipment"] = None
    content["delivered_on"] = empty
    content["delivery"] |= {"instructions": empty, "contact_name": empty, "contact_phone": empty}
    printed = words(kind, content)
    for label in ("CODE CLIENT", "ENGAGEMENT", "CODE SERVICE", "COMMANDE", "OBJET", "LIVRÉ LE"):
        # the stations of a quote name the purchase order that is to come
        assert label not in printed.replace("BON DE COMMANDE ORIGINAL", ""), label
    assert "None" not in printed


@pytest.mark.parametrize("kind", KINDS)
def test_the_object_of_the_sale_stands_on_every_paper(kind):
    content = paper_of(kind, 1, PRIVATE) | {"lead": "Fête de la musique"}
    assert "OBJET Fête de la musique" in words(kind, content)


def test_a_consumer_is_named_once_beside_the_place_of_delivery():
    content = copy.deepcopy(samples.invoice(1, audience="consumer", paid=True))
    content["contact"] = {"name": "Claire Marchand", "phone": "0612345678", "email": "c@example.fr"}
    content["delivery"] |= {"name": "Claire Marchand", "contact_name": "Claire Marchand"}
    printed = words("invoice", content)
    assert printed.count("Claire Marchand") == 2  # billed to, delivered to
    assert printed.count("0612345678") == 1
    assert "CONTACT" not in printed


def test_a_private_customer_reads_the_price_including_vat_of_each_line():
    content = paper_of("invoice", 2, PRIVATE)
    printed = words("invoice", content)
    assert "Prix unitaire TTC" in printed
    assert "9,50 €" in printed
    assert "21,87 € 20 % 43,74 €" in printed.replace(" dont éco-part. 0,55 €", "")


def test_an_eco_contribution_is_in_cents_where_the_price_is():
    def line(price: int) -> SaleLine:
        return SaleLine(1, "X", "X", 3, UnitPrice(price), 2000, eco_fee=UnitPrice(6_667))

    shown = contents_of([line(10_000), line(9_999)])
    assert [one["eco_fee"] for one in shown] == [6_700, 6_667]
    # 3 × 0.67 € = 2.01 € and 20 %
    assert sale_totals([line(10_000)]).eco_including.cents == 241


def test_a_second_delivery_note_adds_up():
    content = copy.deepcopy(samples.delivery_note(2))
    content["lines"][0] |= {
        "ordered": 9,
        "before": 4,
        "delivered": 2,
        "remaining": 3,
    }
    content["references"] = content["references"] | {"earlier_notes": ["BL-2026-000081"]}
    printed = words("delivery_note", content)
    assert "Commandé Déjà livré Livré ce jour Reste" in printed
    assert "9 4 2 3" in printed
    assert "BL-2026-000081" in printed
    assert "Déjà livré" not in words("delivery_note", samples.delivery_note(2))


@pytest.mark.parametrize("before", [0, 2])
def test_a_delivery_note_adds_up_when_units_were_cancelled(before):
    content = copy.deepcopy(samples.delivery_note(2))
    counts = {"ordered": 9, "cancelled": 3, "before": before, "delivered": 1}
    content["lines"][0] |= {**counts, "remaining": 5 - before}
    printed = words("delivery_note", content)
    named = (
        "Commandé Annulé Déjà livré Livré ce jour Reste"
        if before
        else "Commandé Annulé Livré Reste"
    )
    assert named in printed
    assert ("9 3 2 1 3" if before else "9 3 1 5") in printed
    assert "Annulé" not in words("delivery_note", samples.delivery_note(2))


def test_a_partial_invoice_says_what_was_invoiced_before_and_what_remains():
    earlier = [{"number": "FA-2026-000101", "issued_on": "2026-11-03", "amount": 120_000}]
    part = {"ordered": 500_000, "earlier": earlier, "remaining": 180_000}
    printed = words("invoice", samples.invoice(2) | {"partial": part})
    for sentence in (
        "facture partielle",
        "Commande : 5 000,00 € TTC",
        "Déjà facturé : 1 200,00 € TTC",
        "Reste à facturer : 1 800,00 € TTC",
        "FA-2026-000101 du 3 novembre 2026 : 1 200,00 € TTC",
    ):
        assert sentence in printed, sentence
    last = words("invoice", samples.invoice(2) | {"partial": part | {"remaining": 0}})
    assert "facture de solde" in last
    assert "Reste à facturer : 0,00 € TTC" in last


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_names_leave_the_lines_on_the_first_page(kind: str):
    name = ("Syndicat de Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson et environs " * 4)[:255]
    content = copy.deepcopy(getattr(samples, kind)(3))
    for part in ("customer", "delivery", "paying_service"):
        content[part]["name"] = name
    content.pop(KEY, None)  # a name that long is refused on an electronic invoice
    reader = pypdf.PdfReader(BytesIO(render(kind, content, language="fr")))
    assert "AR-12A" in reader.pages[0].extract_text()


def test_a_day_of_delivery_is_the_recipients_or_else_the_day_of_shipping():
    content = samples.invoice(1) | {"shipped_on": "2026-12-03", "delivered_on": None}
    assert "Date d’expédition : 3 décembre 2026" in words("invoice", content)
    assert "ivraison : 3" not in words("invoice", content)
    told = words("invoice", content | {"delivered_on": "2026-12-05"})
    assert "Date de livraison : 5 décembre 2026" in told
    assert "expédition" not in told


def test_the_head_names_the_company_where_it_trades_under_another_name():
    content = samples.quote(1)
    first = rows("quote", content)
    assert "Comptoir SAS" in first, "a line of its own, besides the foot"
    alone = rows("quote", content | {"legal_name": None})
    assert "Comptoir SAS" not in alone


def test_what_is_above_the_limit_of_the_transfer_code_is_invoiced_without_it():
    content = copy.deepcopy(samples.invoice(1))
    assert "Le code remplit le virement" in words("invoice", content)
    del content[KEY]  # its figures contradict each other
    content["totals"] |= {"including": 100_000_000_000, "payable": 100_000_000_000}
    assert "Le code" not in words("invoice", content)


@pytest.mark.parametrize("kind", ["quote", "invoice"])
def test_an_eco_contribution_bears_the_identifier_of_its_producer(kind: str):
    content = copy.deepcopy(getattr(samples, kind)(1))
    assert "Identifiant unique REP : FR000000_05DEMO" in words(kind, content)
    del content["seller"]["epr"]
    assert "REP" not in words(kind, content)


@pytest.mark.parametrize("days", [{}, {"delivered_on": "2026-12-05"}, {"shipped_on": None}])
@pytest.mark.parametrize("collected", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_a_space_stands_between_two_sentences(
    kind: str, collected: bool, days: dict[str, str | None]
):
    content = copy.deepcopy(getattr(samples, kind)(1)) | days
    content["delivery"]["collected"] = collected
    assert re.findall(r"\w{3}\.[A-ZÉÀ]\w*", words(kind, content)) == []


@pytest.mark.parametrize("shipping", [0, 2900])
@pytest.mark.parametrize("is_second", [False, True])
def test_a_second_invoice_has_no_line_for_a_delivery_that_it_does_not_charge(shipping, is_second):
    earlier = [{"number": "FA-2026-000101", "issued_on": "2026-11-03", "amount": 120_000}]
    content = copy.deepcopy(samples.invoice(2))
    content["totals"]["shipping"] = shipping
    del content["einvoice"]  # its totals would not add up
    content["partial"] = {
        "ordered": 500_000,
        "earlier": earlier if is_second else [],
        "remaining": 180_000,
    }
    assert ("Livraison HT" in words("invoice", content)) is (shipping > 0 or not is_second)


@pytest.mark.parametrize("before", [0, 1])
def test_a_note_of_goods_to_collect_does_not_call_them_delivered(before):
    content = copy.deepcopy(samples.delivery_note(2))
    content["delivery"]["collected"] = True
    content["lines"][0]["before"] = before
    printed = words("delivery_note", content)
    assert ("Prêt avant Prêt ce jour" if before else "À retirer") in printed
    assert "Livré" not in printed and "Déjà livré" not in printed
