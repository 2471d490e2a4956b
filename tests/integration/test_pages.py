"""The information pages, in both languages."""

import re
from pathlib import Path

import pytest
from PIL import Image

from shop.core.paths import ROOT
from shop.letterheads.letterheads import set_letterhead
from shop.storage.db import Database
from tests.factories import AT, SELLER
from tests.procedure_pictures import HEAVIEST, SCREEN, SHEET, TARGET

PATHS = [
    "/organismes-publics",
    "/livraison",
    "/paiement-par-carte",
    "/garanties",
    "/conditions-de-vente",
    "/retractation",
    "/donnees-personnelles",
    "/accessibilite",
    "/mentions-legales",
]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_information_page_opens(client, language):
    with client.session_transaction() as browser:
        browser["language"] = language
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text
        assert answer.text.count("<h1>") == 1


def test_each_page_has_the_same_sections_in_both_languages():
    folder = ROOT / "templates" / "pages"
    french = {page.name: page.read_text() for page in (folder / "fr").glob("*.html")}
    english = {page.name: page.read_text() for page in (folder / "en").glob("*.html")}
    assert french.keys() == english.keys()
    for name, text in french.items():
        ids = re.findall(r'id="(\w+)"', text)
        assert ids == re.findall(r'id="(\w+)"', english[name]), name


def test_the_public_bodies_page_explains_the_procedure(client):
    page = client.get("/organismes-publics").text
    papers = re.findall(r'paper__name">\s*([A-Z ]+?)\s*<', page)
    assert papers[:4] == ["DEVIS", "BON DE COMMANDE ORIGINAL", "BON DE LIVRAISON", "FACTURATION"]
    assert "le devis signé et tamponné seul ne suffit pas" in page
    assert "réservée et valable uniquement pour les organismes publics" in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_procedure_is_shown_in_pictures_of_their_true_size(client, language):
    with client.session_transaction() as browser:
        browser["language"] = language
    page = client.get("/organismes-publics").text
    tags = re.findall(r'<img class="shown"[^>]*>', page)
    shown = [dict(re.findall(r'([a-z]+)="([^"]*)"', tag)) for tag in tags]
    named = [Path(one["src"].partition("?")[0]).stem for one in shown]
    assert named == [
        *("account", "cart", "identification", "addresses", "delivery", "payment"),
        *("conditions", "quote", "upload", "invoice"),
    ]
    assert sorted(named) == sorted(one.stem for one in TARGET.iterdir())
    for name, one in zip(named, shown, strict=True):
        file = TARGET / f"{name}.webp"
        with Image.open(file) as picture:
            size = (int(one["width"]), int(one["height"]))
            assert size == picture.size == (SHEET if name == "quote" else SCREEN)
        assert file.stat().st_size < HEAVIEST * 1000
        assert (one["loading"], one["decoding"]) == ("lazy", "async")
        assert len(one["alt"]) > 40
        with client.get(one["src"]) as answer:
            assert answer.status_code == 200
    assert len({one["alt"] for one in shown}) == len(shown)


def test_the_procedure_page_walks_through_the_five_steps_in_the_words_of_the_checkout(client):
    page = " ".join(client.get("/organismes-publics").text.replace("\u00a0", " ").split())
    steps = ("Panier", "Identification", "Adresses", "Livraison", "Paiement")
    places = [page.index(f"<strong>{step}.</strong>") for step in steps]
    assert places == sorted(places)
    for words in (
        "Demande de devis par mail ou par PDF",
        "Télécharger mon devis valable 1 mois au format PDF",
        "Recevoir mon devis par e-mail",
        "le devis s’établit en ligne à la dernière étape",
        "Une question, une précision ?",
    ):
        assert words in re.sub(r"alt=\"[^\"]*\"", "", page), words


def test_withdrawal_says_that_public_bodies_have_no_such_right(client):
    page = client.get("/retractation").text
    assert "ne s’applique pas aux organismes publics" in page
    assert "14" in page


def test_the_legal_notice_names_the_seller_and_never_the_bank(client, database: Database):
    with database.transaction() as session:
        set_letterhead(session, SELLER, at=AT)
    page = client.get("/mentions-legales").text
    assert "12, quai des Forges, 69007 Lyon" in page
    assert "50\u202f000,00" in page
    assert "FR7630006" not in page


def test_every_page_bears_the_name_of_the_shop_and_nothing_of_the_demonstration(
    client, database: Database
):
    """A shop of sports goods: its own name and line, no placeholder, no invented brand."""
    own = {"trade_name": "Au Bon Stade", "line": "tout pour le sport", "promise": "Des buts."}
    with database.transaction() as session:
        set_letterhead(session, SELLER | own, at=AT)
    for address in ("/", "/mentions-legales", "/conditions-de-vente", "/panier", "/nowhere"):
        page = re.sub(r"<[^>]*>", " ", client.get(address).text)
        assert "Au Bon Stade" in page, address
        assert "tout pour le sport" in page, address
        for untrue in ("à compléter", "Comptoir", "son, lumière, vidéo", "inventées"):
            assert untrue not in page, (address, untrue)


def test_a_shop_without_a_line_shows_none(client, database: Database):
    with database.transaction() as session:
        set_letterhead(session, SELLER, at=AT)
    assert "brand__line" not in client.get("/").text
