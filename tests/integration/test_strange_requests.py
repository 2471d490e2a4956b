"""Requests that no browser of a buyer sends: they are refused, and nothing breaks."""

import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest

from shop.catalogue.models import Product
from shop.web.kit.site import local_target, safe_back
from tests.factories import AT, make_person, make_product
from tests.people import sign_in


def test_a_file_sent_for_a_text_field_counts_as_missing(client):
    for path, fields in (
        ("/connexion", ("email", "password")),
        ("/inscription", ("name", "phone", "email", "password", "siret", "organisation")),
    ):
        for field in fields:
            answer = client.post(path, data={field: (BytesIO(b"words"), "words.txt")})
            assert answer.status_code == 422, (path, field)


def test_json_is_no_answer_to_a_form(client):
    for sent in ({"email": 1, "password": [2]}, [1], 5):
        assert client.post("/connexion", json=sent).status_code == 422


AWAY = (
    "//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/ /evil.example",
    "/\x0b/evil.example",
    "/\x7f/evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "https:/evil.example",
    "javascript:alert(1)",
    "/[",
    "//[",
    "evil.example",
)


@pytest.mark.parametrize("target", AWAY)
def test_returning_never_redirects_to_another_site(client, target):
    referrer = {"HTTP_REFERER": "http://localhost" + target}
    with client.application.test_request_context(environ_overrides=referrer):
        assert local_target(target) == "/"
        assert urlsplit(safe_back()).netloc == ""
    answer = client.post("/langue", data={"language": "en", "next": target})
    assert (answer.status_code, answer.location) == (303, "/")


def test_returning_to_a_post_only_address_redirects_to_its_page(app):
    pages = {
        "/devis/DE-2026-000012/bon-de-commande": "/devis/DE-2026-000012",
        "/bureau/bons-de-commande/DE-2026-000012": "/bureau/bons-de-commande/DE-2026-000012",
        "/commande/devis": "/commande/devis",
        "/produit/enceinte/me-prevenir": "/produit/enceinte",
        "/commande/paiement/carte": "/commande/paiement",
        "/rayon/sonorisation?sort=price": "/rayon/sonorisation?sort=price",
        "/nowhere/at/all": "/",
        "/deconnexion": "/",
    }
    for address, page in pages.items():
        with app.test_request_context(headers={"Referer": f"http://localhost{address}"}):
            assert local_target(address) == page
            assert safe_back() == page


def test_the_language_can_be_chosen_on_the_page_of_a_refused_form(client, database):
    with database.transaction() as session:
        slug = session.get_one(Product, make_product(session, at=AT)).slug
    page = client.post(f"/produit/{slug}/me-prevenir", data={})
    assert page.status_code == 422
    target = re.search(r'name="next" value="([^"]*)"', page.text)[1]
    answer = client.post("/langue", data={"language": "en", "next": target})
    assert client.get(answer.location).status_code == 200


BEYOND = ("9223372036854775808", "9" * 30, "9" * 5000)


@pytest.mark.parametrize("number", BEYOND)
def test_a_number_beyond_every_key_is_not_found(client, database, number):
    with database.transaction() as session:
        reader = make_person(session, at=AT).id
    sign_in(client, reader)
    for path in (f"/compte/adresses/livraison/{number}", f"/dossiers/DE-1/documents/{number}.pdf"):
        assert client.get(path).status_code == 404
    for path in ("/commandes", "/devis"):
        assert client.get(f"{path}?before={number}").status_code == 200
    for path in ("/recherche?q=x&page=", "/rayon/nulle-part?page="):
        assert client.get(path + number).status_code in (200, 404)


def test_nul_is_refused_in_every_part_of_a_request(client):
    for path in ("/produit/a%00b", "/recherche?q=a%00b", "/?a%00=b", "/%00"):
        answer = client.get(path)
        assert answer.status_code == 400
        assert "\0" not in answer.text
    for path, answers in (
        ("/connexion", {"email": "a\0@b.fr", "password": "x"}),
        ("/panier", {"sku": "\0"}),
        ("/langue", {"a\0": "b"}),
    ):
        assert client.post(path, data=answers).status_code == 400


def test_only_a_file_that_exists_is_kept_by_browsers(client):
    with client.get("/static/css/base.css") as sheet:
        assert "immutable" in sheet.headers["Cache-Control"]
    missing = client.get("/static/css/nothing.css?v=1")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")
