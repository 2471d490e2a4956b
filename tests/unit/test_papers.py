"""The documents: their content, their archiving, and their safety against typed text."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfbase.ttfonts import TTFontFile

from shop.core.alphabet import LettersNotPrinted, glyphs, missing_letters
from shop.documents import layout as pdf_words
from shop.documents import samples
from shop.documents.archive import archive
from shop.documents.glyphs import FONTS
from shop.documents.parts import UnreadablePart
from shop.documents.pdf import KINDS, image_to_pdf, merge, render
from shop.documents.validation import Validation, validate
from tests.foreign import foreign_pdf

ROOT = Path(__file__).resolve().parents[2]
FRENCH = ROOT / "shop" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(autouse=True, scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The documents' own French, compiled for these tests whatever the rest of the shop has."""
    place = tmp_path_factory.mktemp("translations")
    compiled = place / "fr" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with FRENCH.open("rb") as source, compiled.open("wb") as target:
        write_mo(target, read_po(source, locale="fr"))
    usual, pdf_words.TRANSLATIONS = pdf_words.TRANSLATIONS, place
    yield place
    pdf_words.TRANSLATIONS = usual


def pages(data: bytes) -> list[str]:
    """The text of each page as one line, with plain spaces."""
    reader = pypdf.PdfReader(BytesIO(data))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def words(data: bytes) -> str:
    return " ".join(pages(data))


def paper(kind: str, content: dict[str, Any], language: str = "fr") -> str:
    return words(render(kind, content, language=language))


def test_a_quote_says_what_binds_and_what_to_send() -> None:
    shown = paper("quote", samples.quote())
    for sentence in (
        "DE-2026-000142",
        "Enceinte active 12 pouces Arpège 12A",
        "valable jusqu’au vendredi 18 décembre 2026 inclus",
        "Ce devis est réservé aux organismes publics",
        "Devis gratuit",
        "L’ORIGINAL du bon de commande",
        "sur papier à l’en-tête de l’organisme, daté, signé et tamponné",
        "Le devis signé et tamponné seul ne suffit pas",
        "met le matériel de côté",
        "12, quai des Forges",
        "5,5 %",
        "20 %",
        "1 255,51 €",
        "6 306,01 €",
        "7 563,08 €",
        "DÉLAI DE LIVRAISON 3 jours ouvrés après réception de l’original",
        "10,98 € TTC",
        "version 3, acceptées par Claire Marchand le 18 novembre 2026",
    ):
        assert sentence in shown, sentence


def test_the_four_documents_are_in_order() -> None:
    shown = paper("quote", samples.quote(1))
    stations = (
        "DEVIS Ce document",
        "BON DE COMMANDE ORIGINAL À vous d’agir",
        "BON DE LIVRAISON À réception",
        "FACTURATION Après la livraison",
    )
    places = [shown.index(station) for station in stations]
    assert places == sorted(places)


def test_an_invoice_to_a_public_body_has_every_mandatory_statement() -> None:
    shown = paper("invoice", samples.invoice())
    for mention in (
        "FA-2026-000131",
        "SIRET 216 100 404 00017",
        "SAS au capital de 50 000 €",
        "RCS Lyon 852 147 960",
        "TVA FR12852147960",
        "ENG-2026-4417",
        "CULT-02",
        "BC-26-0871",
        "BL-2026-000088",
        "Comptabilité, budget culture",
        "Salle Arletty",
        "IBAN FR76 3000 6000",
        "AGRIFRPP",
        "À régler dans un délai de 30 jours à compter de la réception de cette demande de paiement",
        "Le délai court à compter de la livraison si elle est postérieure (CCP R2192-12,",
        "Catégorie de l’opération : livraison de biens",
        "Tout retard de paiement donne lieu de plein droit aux intérêts moratoires : taux de"
        " la principale facilité de refinancement de la BCE en vigueur au 1er jour du semestre,"
        " majoré de 8 points (CCP L2192-13, R2192-31).",
        "Indemnité forfaitaire pour frais de recouvrement : 40 EUR.",
        "Pas d’escompte pour paiement anticipé.",
    ):
        assert mention in shown, mention


def test_an_invoice_prints_a_last_day_to_pay_only_where_it_was_issued_with_one() -> None:
    """The period starts with the receipt, which is not known when an invoice is issued."""
    assert "au plus tard le" not in paper("invoice", samples.invoice(1))
    before = paper("invoice", samples.invoice(1) | {"due_on": "2027-01-03"})
    assert before.count("au plus tard le dimanche 3 janvier 2027") == 2
    assert "à compter de la réception de cette demande" not in before


def test_an_invoice_to_a_trader_states_the_rate_between_traders() -> None:
    shown = paper("invoice", samples.invoice(1, audience="business"))
    assert "majoré de 10 points (C. com. L441-10)" in shown
    assert "L2192-13" not in shown


def test_an_invoice_to_a_consumer_states_no_penalty() -> None:
    shown = paper("invoice", samples.invoice(2, audience="consumer", paid=True))
    assert "par carte bancaire" in shown
    assert "Garantie légale de conformité" in shown
    for unwanted in ("retard", "Indemnité", "escompte", "IBAN", "BON DE COMMANDE"):
        assert unwanted not in shown, unwanted


def test_a_delivery_note_shows_no_price() -> None:
    shown = paper("delivery_note", samples.delivery_note())
    assert "€" not in shown.replace("SAS au capital de 50 000 €", "")
    assert "TVA" not in shown.replace("TVA FR12852147960", "")
    for column in ("Commandé", "Livré", "Reste", "Signature", "CACHET", "service fait"):
        assert column.lower() in shown.lower(), column


@pytest.mark.parametrize("kind", ["quote", "delivery_note", "invoice"])
def test_every_document_exists_in_english(kind: str) -> None:
    content = getattr(samples, kind)(2, language="en")
    shown = paper(kind, content, "en")
    assert "Description" in shown
    assert "Désignation" not in shown


def test_the_same_content_gives_the_same_bytes_in_any_process(french: Path) -> None:
    here = render("invoice", samples.invoice(3), language="fr")
    render("quote", samples.quote(1), language="en")
    assert render("invoice", samples.invoice(3), language="fr") == here
    script = (
        "import sys, pathlib; from shop.documents import layout, pdf, samples;"
        f"layout.TRANSLATIONS = pathlib.Path({str(french)!r});"
        "sys.stdout.buffer.write("
        "pdf.render('invoice', samples.invoice(3), language='fr'))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
    )
    assert elsewhere.stdout == here


def test_four_hundred_lines_keep_their_head_and_their_numbers() -> None:
    shown = pages(render("quote", samples.quote(400), language="fr"))
    assert len(shown) > 12
    for number, page in enumerate(shown, start=1):
        assert f"Page {number} / {len(shown)}" in page
    assert all("Désignation" in page for page in shown[:-1])
    assert all("Devis DE-2026-000142" in page for page in shown[1:])


@pytest.mark.parametrize("count", [6, 7, 8, 9, 10, 11])
def test_totals_are_never_split(count: int) -> None:
    shown = pages(render("invoice", samples.invoice(count), language="fr"))
    holders = [page for page in shown if "Taux de TVA" in page or "Total TTC" in page]
    assert len(holders) == 1
    assert all(part in holders[0] for part in ("Articles HT", "Total TVA", "Total TTC"))


def test_typed_text_is_printed_and_never_interpreted() -> None:
    content = samples.quote(1)
    typed = '<img src="http://127.0.0.1:9/x.png"><pdf:pagecount/> & <b>{{ 7*7 }}</b>'
    content["lead"] = typed
    content["customer"] = content["customer"] | {"name": "<pdf:nextpage/>Mairie"}
    data = render("quote", content, language="fr")
    shown = words(data)
    assert typed in shown
    assert "<pdf:nextpage/>Mairie" in shown
    assert len(pages(data)) == 1


def test_near_characters_are_printed_and_invisible_ones_left_out() -> None:
    content = samples.quote(1)
    content["lead"] = "Scène \uff21udio\u2066\x07\ufe0f Œuvre № 3, Đặng Thị, Ἀθῆναι, Київ"
    assert "Scène Audio Œuvre № 3, Đặng Thị, Ἀθῆναι, Київ" in paper("quote", content)


def test_a_document_is_not_made_with_other_characters_than_those_typed() -> None:
    content = samples.quote(1)
    content["customer"] = content["customer"] | {"name": "Commune de 日本 🎭"}
    with pytest.raises(LettersNotPrinted) as refused:
        render("quote", content, language="fr")
    assert refused.value.facts == {"letters": "日 本 🎭"}


def test_the_alphabet_is_that_of_the_fonts() -> None:
    faces = [set(TTFontFile(str(path)).charToGlyph) for path in sorted(FONTS.glob("*.ttf"))]
    assert len(faces) > 1
    assert glyphs() == set.intersection(*faces)


def test_long_text_wraps_and_runs_on_over_the_page() -> None:
    content = samples.delivery_note(2)
    content["lines"][0]["name"] = "W" * 150
    content["lines"][0]["detail"] = " ".join(f"repère-{number:03d}" for number in range(500))
    shown = pages(render("delivery_note", content, language="fr"))
    assert len(shown) > 2
    assert all(f"repère-{number:03d}" in " ".join(shown) for number in range(500))


def test_a_missing_field_is_a_fault() -> None:
    content = samples.quote(1)
    del content["valid_until"]
    with pytest.raises(Exception, match="valid_until"):
        render("quote", content, language="fr")
    with pytest.raises(ValueError, match="receipt"):
        render("receipt", content, language="fr")


#: Every kind of document, and the content that makes it print other sections.
EVERY_PAPER = [
    ("quote", {}),
    ("order_form", {}),
    ("delivery_note", {}),
    ("contrary_note", {}),
    ("invoice", {"audience": "public"}),
    ("invoice", {"audience": "business"}),
    ("invoice", {"audience": "consumer", "paid": True}),
    ("credit_note", {}),
    ("reversal", {}),
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("kind", "facts"), EVERY_PAPER)
def test_every_kind_of_document_conforms_to_pdf_a(
    kind: str, facts: dict[str, Any], language: str
) -> None:
    content = getattr(samples, kind)(5, language=language, **facts)
    assert validate(render(kind, content, language=language)) == Validation()


def test_all_kinds_of_documents_are_validated_here() -> None:
    assert {kind for kind, _facts in EVERY_PAPER} == set(KINDS)


#: What people type and no form refuses: line ends, directions, marks, other scripts.
TYPED = st.text(max_size=60).map(
    lambda typed: "".join(sign for sign in typed if not missing_letters(sign))
)


def _with_typed_words(value: Any, words: Iterator[str]) -> Any:
    """The content with other words in each typed field, and the same structure. No form leaves a
    name empty.
    """
    if isinstance(value, dict):
        free = {"name", "detail", "lead", "contact", "phone", "service_code", "engagement"}
        return {
            key: ("N" if key == "name" else "") + next(words)
            if key in free and isinstance(part, str)
            else part
            if key == "demands"
            else _with_typed_words(part, words)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_with_typed_words(part, words) for part in value]
    return value


@settings(max_examples=12)
@given(
    paper=st.sampled_from(EVERY_PAPER),
    lines=st.integers(1, 12),
    language=st.sampled_from(["fr", "en"]),
    typed=st.lists(TYPED, min_size=1, max_size=8),
)
def test_a_document_conforms_whatever_people_typed(
    paper: tuple[str, dict[str, Any]], lines: int, language: str, typed: list[str]
) -> None:
    kind, facts = paper
    content = getattr(samples, kind)(lines, language=language, **facts)
    changed = _with_typed_words(content, cycle(typed))
    assert validate(render(kind, changed, language=language)) == Validation()


def test_a_font_whose_bytes_end_in_a_line_end_is_written_otherwise() -> None:
    """Compressed, the font of these two characters ends in a carriage return."""
    content = samples.quote(1)
    changed = _with_typed_words(content, cycle(["Ë®"]))
    assert validate(render("quote", changed, language="fr")) == Validation()


def test_a_file_that_does_not_conform_gives_findings() -> None:
    data = archive(foreign_pdf(), title="No", author="No", on=date(2026, 12, 4), language="fr")
    found = validate(data)
    assert found.checked
    assert not found.conforms
    assert any("font" in finding.lower() for finding in found.findings)


def test_bytes_that_are_not_a_pdf_give_a_finding() -> None:
    found = validate(b"no pdf")
    assert not found.checked
    assert len(found.findings) == 1


def test_only_one_module_imports_the_validator() -> None:
    knowing = [
        str(path.relative_to(ROOT))
        for package in ("shop", "checkout", "quotes")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"^\s*(import|from) page\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert knowing == ["shop/documents/validation.py"]


def test_the_file_for_the_paying_service_is_one_archivable_pdf() -> None:
    data = samples.dossier()
    assert validate(data) == Validation()
    assert samples.dossier() == data
    shown = words(data)
    assert "FA-2026-000131" in shown
    assert "Réception par le destinataire" in shown
    outline = pypdf.PdfReader(BytesIO(data)).outline
    assert [mark["/Title"] for mark in outline] == [
        "FA-2026-000131",
        "BC-26-0871",
        "BL-2026-000088",
    ]


def test_a_foreign_scan_is_merged_without_its_scripts_and_without_a_false_claim() -> None:
    own = render("delivery_note", samples.delivery_note(1), language="fr")
    data = merge([own, foreign_pdf()], title="Dossier")
    assert "Bon 4471" in words(data)
    assert b"pdfaid:part" not in data
    with pikepdf.open(BytesIO(data)) as pdf:
        assert "/OpenAction" not in pdf.Root
        assert all("/AA" not in page.obj for page in pdf.pages)


def test_a_picture_becomes_a_page_and_a_broken_one_is_refused() -> None:
    photo = BytesIO()
    Image.new("CMYK", (1200, 800), (0, 40, 80, 0)).save(photo, "JPEG")
    data = image_to_pdf(photo.getvalue())
    assert validate(data) == Validation()
    box = pypdf.PdfReader(BytesIO(data)).pages[0].mediabox
    assert box.width > box.height
    for bad in (b"", b"%PDF-1.4", photo.getvalue()[:400]):
        with pytest.raises(UnreadablePart):
            image_to_pdf(bad)
    with pytest.raises(UnreadablePart):
        merge([b"not a pdf"], title="No")


def test_a_delivery_note_of_before_has_no_code_of_its_acknowledgement():
    content = samples.delivery_note(1)
    whole = pdf_words.page("delivery_note", content, language="fr").html
    del content["acknowledged_at"]
    assert "Code QR" in whole
    assert "Code QR" not in pdf_words.page("delivery_note", content, language="fr").html
    assert 'class="sign"' in whole


def transfer_code_of(content: dict[str, Any]) -> str:
    """The picture of the code that pays an invoice."""
    found = re.search(
        r'height: 21mm"\s+src="([^"]+)"', pdf_words.page("invoice", content, language="fr").html
    )
    assert found is not None
    return found[1]


def test_a_rounding_is_printed_and_the_transfer_code_asks_for_the_amount_to_pay():
    whole = samples.invoice(2)
    to_pay = whole["totals"]["including"] - 2
    rounded = whole | {"totals": whole["totals"] | {"rounding": -2, "payable": to_pay}}
    lower = whole | {"totals": whole["totals"] | {"including": to_pay, "payable": to_pay}}
    assert transfer_code_of(rounded) == transfer_code_of(lower) != transfer_code_of(whole)
    assert "Net à payer" in paper("invoice", rounded)
    assert "Net à payer" not in paper("invoice", whole)
