"""The purchase order to complete as DOCX: the same facts as its PDF, nothing signed."""

from io import BytesIO

import pytest
from docx import Document

from quotes.order_forms.rules import MOST, TooManyOrderForms, number_of
from shop.documents import samples
from shop.documents.layout import page
from shop.documents.word_files import order_form_file


def words_of(data: bytes) -> str:
    made = Document(BytesIO(data))
    cells = [
        cell.text for table in made.tables for row in table.rows for cell in row.cells if cell.text
    ]
    return "\n".join([*(line.text for line in made.paragraphs), *cells])


def test_the_file_has_the_lines_the_amounts_and_the_numbers_of_the_quote():
    content = samples.order_form(4)
    shown = words_of(order_form_file(content, language="fr"))
    assert "Selon devis DE-2026-000142 du 18 novembre 2026" in shown
    for line in content["lines"]:
        assert line["name"] in shown
    for told in ("EJ-2026-0457", "CULT-02", "Hélène Vasseur", "216 100 404 00017"):
        assert told in shown.replace("\u00a0", " ")
    assert "Bon de commande n° ____" in shown, "its number is a line to fill in"
    assert "N° de marché" in shown
    assert "papier à en-tête de l’organisme Commune de Bellefontaine-sur-Orne" in shown
    assert "12, quai des Forges" in shown


def test_the_number_of_the_buyer_is_printed_and_the_rank_in_the_shop_is_not():
    content = samples.order_form(1)
    content["filled"] = content["filled"] | {"reference": "BC-26-0871"}
    shown = words_of(order_form_file(content, language="en"))
    assert "BC-26-0871" in shown
    assert content["number"] not in shown
    printed = page("order_form", content, language="en").html
    assert "BC-26-0871" in printed
    assert content["number"] not in printed


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_file_says_nothing_of_a_signature_that_was_made(language: str):
    shown = words_of(order_form_file(samples.order_form(1), language=language))
    for wrong in ("Signé le", "Signed on", "Signed by", "Accepté", "Accepted"):
        assert wrong not in shown


def test_the_files_metadata_name_the_body_and_no_program():
    made = Document(BytesIO(order_form_file(samples.order_form(1), language="fr"))).core_properties
    assert made.author == "Commune de Bellefontaine-sur-Orne"
    assert made.comments == ""
    assert made.language == "fr-FR"


def test_a_collected_sale_has_its_place_of_collection():
    content = samples.order_form(1)
    content["delivery"] = content["delivery"] | {"collected": True}
    content["paying_service"] = None
    shown = words_of(order_form_file(content, language="fr"))
    assert "Retrait" in shown
    assert "Service de paiement" not in shown


def test_a_quote_has_a_limited_number_of_purchase_orders():
    assert number_of("DE-2026-000142", 0) == "DE-2026-000142-1"
    with pytest.raises(TooManyOrderForms):
        number_of("DE-2026-000142", MOST)
