"""The pages of price agreements: prepared, put in force and ended by the office."""

import re

from sqlalchemy import select

from shop.agreements.models import PriceAgreement
from shop.catalogue.models import Category, Product
from shop.core.actors import ADMIN, SALES
from shop.organisations.models import Organisation
from shop.storage.db import Database
from tests.agreed import make_agreement, make_draft
from tests.factories import AT, make_town
from tests.people import sign_in, staff

TERMS = {
    "reference": "2026-12",
    "title": "Sonorisation",
    "starts_on": "2026-11-18",
    "ends_on": "2027-11-17",
}

ALL = {"condition-units": "1", "condition-category": "0"}
UNKNOWN = ALL | {"condition-sku": "RIEN"}


def test_an_agreement_is_prepared_and_put_in_force(app, database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        code = session.get_one(Organisation, town.organisation_id).customer_code
    boss = staff(app, database, ADMIN)
    place = boss.post("/bureau/accords", data=TERMS).headers["Location"]
    for part, fields in (
        ("organismes", {"client-code": code}),
        (
            "conditions",
            ALL | {"condition-discount": "10"},
        ),
        ("signature", {"signing-signed_on": "2026-11-18", "signing-signatory": "Le maire"}),
    ):
        assert boss.post(f"{place}/{part}", data=fields).status_code == 303, part
    shown = boss.get(place).text
    assert "en vigueur" in shown and "Ville de Chinon" in shown
    assert re.search(r"1\s+produit en vente", shown)
    assert "2026-12" in boss.get("/bureau/accords?state=force").text
    assert "2026-12" in boss.get(f"/bureau/clients/{town.organisation_id}").text


def test_what_cannot_be_is_said_beside_its_field_and_kept(app, database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        place = f"/bureau/accords/{make_draft(session, town.organisation_id).id}"
    desk = staff(app, database, ADMIN)
    for address, fields, said in (
        ("/bureau/accords", TERMS | {"ends_on": "2026-11-17"}, "précède le premier"),
        ("/bureau/accords", TERMS | {"reference": "2026-SONO"}, "porte cette référence"),
        (f"{place}/organismes", {"client-code": "C-999"}, "Aucun organisme"),
        (f"{place}/conditions", UNKNOWN, "Aucun produit"),
        (
            f"{place}/conditions",
            ALL,
            "pas les deux",
        ),
        (f"{place}/signature", {"signing-signed_on": "2026-11-18"}, "qui a signé"),
        (f"{place}/abandon", {}, "motif"),
    ):
        answer = desk.post(address, data=fields)
        assert answer.status_code == 422, fields
        assert said in answer.text, fields
        assert all(value in answer.text for value in fields.values()), fields


def test_each_mistake_of_a_condition_stands_beside_its_field(app, database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        place = f"/bureau/accords/{make_draft(session, town.organisation_id).id}/conditions"
        sku = session.scalars(select(Product.sku).order_by(Product.id)).first()
        category = session.scalars(select(Category.id).order_by(Category.id)).first()
    desk = staff(app, database, ADMIN)
    for fields, beside in (
        ({}, "discount"),
        ({"discount": "5", "price": "3", "sku": sku}, "discount"),
        ({"price": "99999", "sku": sku}, "price"),
        ({"price": "3"}, "sku"),
        ({"discount": "5", "sku": sku, "category": str(category)}, "category"),
        ({"discount": "5", "units": "0"}, "units"),
    ):
        data = ALL | {f"condition-{name}": value for name, value in fields.items()}
        answer = desk.post(place, data=data)
        assert answer.status_code == 422, fields
        assert re.findall(r'id="condition-(\w+)-error"', answer.text) == [beside], fields
    twice = ALL | {"condition-discount": "5", "condition-units": "7"}
    assert desk.post(place, data=twice).status_code == 303
    again = desk.post(place, data=twice)
    assert re.findall(r'id="condition-(\w+)-error"', again.text) == ["units"]


def test_the_sales_desk_does_not_put_in_force(app, database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row_id = make_draft(session, town.organisation_id).id
    desk = staff(app, database, SALES)
    assert "signature" not in desk.get(f"/bureau/accords/{row_id}").text
    signed = {"signing-signed_on": "2026-11-18", "signing-signatory": "Le maire"}
    assert desk.post(f"/bureau/accords/{row_id}/signature", data=signed).status_code == 403


def test_an_agreement_is_ended_with_its_reason(app, database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row_id = make_agreement(session, town.organisation_id).id
    boss = staff(app, database, ADMIN)
    assert (
        boss.post(f"/bureau/accords/{row_id}/fin", data={"end-reason": "Résilié"}).status_code
        == 303
    )
    assert "Résilié" in boss.get(f"/bureau/accords/{row_id}").text
    with database.reading_session() as session:
        states = select(PriceAgreement.state).order_by(PriceAgreement.id)
        assert list(session.scalars(states)) == ["ENDED"]


def test_members_read_the_prices_of_their_organisation(app, database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        make_agreement(session, town.organisation_id)
    assert town.buyer.user_id is not None
    member = sign_in(app.test_client(), town.buyer.user_id)
    shown = member.get("/compte/prix").text.replace("\xa0", " ")
    assert "2026-SONO" in shown and "remise de 10 %" in shown
    assert "/compte/prix" in member.get("/compte").text


def test_an_organisation_without_an_agreement_is_told_so(app, database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        make_draft(session, town.organisation_id)
    assert town.buyer.user_id is not None
    member = sign_in(app.test_client(), town.buyer.user_id)
    assert "2026-SONO" not in member.get("/compte/prix").text
    assert "/compte/prix" not in member.get("/compte").text
