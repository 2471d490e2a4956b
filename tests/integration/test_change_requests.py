"""Another name or SIRET re-opens the verification; the office decides, issued documents are not
changed.
"""

import pytest
from sqlalchemy import select

from shop.core.actors import BUYER, Actor
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.members.domains import proven_domains
from shop.members.models import Membership
from shop.organisations.models import Establishment, Organisation, RegisterCheck
from shop.organisations.organisations import (
    SiretElsewhere,
    ensure_establishment,
    establishments_of,
)
from shop.organisations.rules import Verification
from shop.register.answers import (
    Outcome,
    RegisterAnswer,
    RegisterFacts,
    Source,
    UnitClosed,
)
from shop.register.models import PublicBody
from shop.register.rules import Nature
from shop.register.siret import SiretCheckWrong
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.verification import cases, changes, verification
from shop.verification.evidence import NoEvidence
from shop.verification.models import ChangeRequest
from tests.factories import (
    AT,
    CHINON,
    EVIDENCE,
    OFFICE,
    make_body,
    make_buyer,
    make_person,
    make_shop,
    member_of,
    siret_of,
)
from tests.orders import make_quote
from tests.people import sign_in, staff
from tests.teams import SCHOOL, make_proven_town

MERGED = siret_of(7)
NEW_NAME = "Chinon Val de Vienne"


def town(session, email: str = "claire@chinon.example") -> tuple[Organisation, Actor]:
    member = make_buyer(session, email)
    return session.get_one(Organisation, member.organisation_id), member


def ask(session, body: Organisation, by: Actor, **wanted: str) -> ChangeRequest:
    place = establishments_of(session, body.id)[0]
    said = {"name": "", "siret": "", "reason": "Commune nouvelle au 1er janvier"} | wanted
    change = changes.ask_change(session, body, place, by=by, at=AT, **said)
    session.flush()
    return change


def accept(session, change: ChangeRequest, **more) -> None:
    changes.accept_change(session, change, evidence=EVIDENCE, by=OFFICE, at=AT, **more)


def emails(session) -> list[str]:
    return list(session.scalars(select(Email.template).order_by(Email.id)))


def test_a_change_of_name_waits_and_issued_documents_keep_the_old_one(database: Database):
    with database.transaction() as session:
        lines = make_shop(session)
        body, member = town(session)
        quote = make_quote(session, member, lines)
        change = ask(session, body, member, name=NEW_NAME)
        assert body.verification is Verification.PENDING
        assert [one for one, _since in cases.waiting(session)] == [body]
        assert body.name == "Ville de Chinon"
        accept(session, change)
        place = establishments_of(session, body.id)[0]
        assert (body.name, place.name, place.header["name"]) == (NEW_NAME, NEW_NAME, NEW_NAME)
        assert (body.verification, body.siren) == (Verification.VERIFIED, CHINON[:9])
        assert quote.parties["header"]["name"] == "Ville de Chinon"
        assert emails(session)[-1] == "organisation_change_accepted"
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert (entry.act, entry.source, entry.target) == ("accept_change", "PENDING", "VERIFIED")


def test_a_siret_of_another_siren_is_a_merger(database: Database):
    with database.transaction() as session:
        body, member = town(session)
        session.add(
            PublicBody(
                siren=MERGED[:9],
                name="Vienne",
                folded="vienne",
                legal_category="7346",
                departement="37",
                postal_code="37500",
                population=20_000,
            )
        )
        change = ask(session, body, member, siret=f"{MERGED[:3]} {MERGED[3:]}")
        assert change.wanted == {"siret": MERGED}
        accept(session, change)
        place = establishments_of(session, body.id)[0]
        assert (place.siret, body.siren, body.legal_category) == (MERGED, MERGED[:9], "7346")
        check = session.scalars(select(RegisterCheck).order_by(RegisterCheck.id.desc())).first()
        assert check.siret == MERGED, "the register was asked about the new one"
        assert not body.register_due_at


def test_evidence_about_the_old_unit_does_not_count_for_another_siren(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        body = session.get_one(Organisation, claire.organisation_id)
        change = ask(session, body, claire, siret=MERGED)
        with pytest.raises(verification.CategoryUnknown):
            accept(session, change)
        with pytest.raises(UnitClosed):
            accept(session, change, answer=answered("7346", unit_active=False))
        with pytest.raises(verification.NotAPublicBody):
            accept(session, change, answer=answered("5710"))
        accept(session, change, legal_category="7354")
        assert (body.legal_category, body.nature) == ("7354", Nature.PUBLIC)
        assert not proven_domains(session, body.id)


def test_the_proven_domains_stay_with_the_siren(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        body = session.get_one(Organisation, claire.organisation_id)
        change = ask(session, body, claire, siret=SCHOOL)
        accept(session, change)
        assert (body.legal_category, len(proven_domains(session, body.id))) == ("7210", 1)


def test_no_establishment_leaves_the_others_for_another_siren(database: Database):
    with database.transaction() as session:
        body, member = town(session)
        change = ask(session, body, member, siret=MERGED)
        ensure_establishment(session, body, SCHOOL, name="École", at=AT)
        with pytest.raises(changes.SeveralEstablishments):
            accept(session, change, legal_category="7210")
        changes.decline_change(session, change, reason="Non", by=OFFICE, at=AT)
        with pytest.raises(changes.SeveralEstablishments):
            ask(session, body, member, siret=MERGED)
        assert body.siren == CHINON[:9]


def test_a_siret_of_another_organisation_is_never_accepted(database: Database):
    with database.transaction() as session:
        body, _member = town(session)
        town_of(session, 3)
        with pytest.raises(SiretElsewhere):
            ensure_establishment(session, body, siret_of(3), at=AT)


def answered(category: str, **more) -> RegisterAnswer:
    facts = RegisterFacts(siren=MERGED[:9], siret=MERGED, legal_category=category, **more)
    return RegisterAnswer(Outcome.FOUND, Source.STATE, facts)


def test_a_declined_change_leaves_all_as_it_was_and_says_why(database: Database):
    with database.transaction() as session:
        body, member = town(session)
        change = ask(session, body, member, name="Ville de Tours")
        with pytest.raises(verification.NoReason):
            changes.decline_change(session, change, reason=" ", by=OFFICE, at=AT)
        changes.decline_change(session, change, reason="Aucune délibération", by=OFFICE, at=AT)
        assert (body.verification, body.name) == (Verification.VERIFIED, "Ville de Chinon")
        assert (change.accepted, change.answer) == (False, "Aucune délibération")
        email = session.scalars(select(Email).order_by(Email.id.desc())).first()
        assert email.template == "organisation_change_declined"
        assert email.facts["reason"] == "Aucune délibération"
        with pytest.raises(IllegalTransition):
            accept(session, change)
        ask(session, body, member, name="Ville de Tours")


def test_a_body_never_verified_still_waits_when_its_change_is_declined(database: Database):
    with database.transaction() as session:
        user = make_person(session, at=AT)
        body = make_body(session, user, at=AT)
        session.flush()
        change = ask(session, body, member_of(session, user), name="Chinon")
        for act in ("verify", "refuse"):
            more = {"evidence": EVIDENCE} if act == "verify" else {"reason": "non"}
            with pytest.raises(verification.ChangeFirst):
                getattr(verification, act)(session, body, by=OFFICE, at=AT, **more)
        changes.decline_change(session, change, reason="Non", by=OFFICE, at=AT)
        assert body.verification is Verification.PENDING
        session.flush()
        verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)


def test_a_change_is_applied_on_evidence_only(database: Database):
    with database.transaction() as session:
        body, member = town(session)
        change = ask(session, body, member, name=NEW_NAME)
        with pytest.raises(NoEvidence):
            changes.accept_change(
                session, change, evidence=verification.Evidence(), by=OFFICE, at=AT
            )
        with pytest.raises(NotAllowed):
            changes.accept_change(session, change, evidence=EVIDENCE, by=member, at=AT)
        assert body.name == "Ville de Chinon"


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({}, changes.NothingChanges),
        ({"name": "Ville de Chinon"}, changes.NothingChanges),
        ({"siret": CHINON}, changes.NothingChanges),
        ({"siret": "21370072700019"}, SiretCheckWrong),
        ({"name": "X", "reason": " "}, changes.NoChangeReason),
        ({"siret": siret_of(3)}, changes.SiretTaken),
        ({"siret": "73282932000074", "name": "X", "reason": ""}, changes.NoChangeReason),
    ],
)
def test_a_change_request_without_a_change_is_refused(database: Database, wanted, refusal):
    with database.transaction() as session:
        body, member = town(session)
        make_buyer(session, "marc@tours.example", siret=siret_of(3))
        with pytest.raises(refusal):
            ask(session, body, member, **wanted)
        assert body.verification is Verification.VERIFIED


def test_one_change_request_at_a_time_by_the_bodys_own_administrator(database: Database):
    with database.transaction() as session:
        body, member = town(session)
        other, stranger = town_of(session, 3)
        with pytest.raises(NotAllowed):
            ask(session, body, stranger, name="X")
        buyer = Actor("Marc", frozenset({BUYER}), 9, body.id)
        with pytest.raises(NotAllowed):
            ask(session, body, buyer, name="X")
        with pytest.raises(NotAllowed):
            changes.ask_change(
                session,
                body,
                establishments_of(session, other.id)[0],
                name="X",
                siret="",
                reason="r",
                by=member,
                at=AT,
            )
        ask(session, body, member, name="X")
        with pytest.raises(changes.ChangeWaiting):
            ask(session, body, member, name="Y")
        with pytest.raises(NotFound):
            changes.get_change(session, 1, other.id)


def town_of(session, number: int) -> tuple[Organisation, Actor]:
    member = make_buyer(session, f"m{number}@tours.example", siret=siret_of(number))
    return session.get_one(Organisation, member.organisation_id), member


def test_a_merger_into_a_private_company_is_not_verified(database: Database):
    with database.transaction() as session:
        body, member = town(session)
        session.add(
            PublicBody(
                siren=MERGED[:9],
                name="Son",
                folded="son",
                legal_category="5710",
                departement="37",
                postal_code="37500",
                population=None,
            )
        )
        change = ask(session, body, member, siret=MERGED)
        with pytest.raises(verification.NotAPublicBody):
            accept(session, change)
        assert body.nature is Nature.PUBLIC


def test_the_page_warns_and_the_office_applies(app, database: Database):
    with database.transaction() as session:
        _body, member = town(session)
        place = session.scalars(select(Establishment.id)).one()
    client = sign_in(app.test_client(), member.user_id)
    page = client.get("/compte/organisation/modification").text
    assert "vous n’établissez pas de devis tant que ce n’est pas décidé" in page
    answers = {"establishment": place, "name": NEW_NAME, "siret": "2137", "reason": "Fusion"}
    wrong = client.post("/compte/organisation/modification", data=answers)
    assert wrong.status_code == 422
    assert f'value="{NEW_NAME}"' in wrong.text
    answers["siret"] = ""
    assert client.post("/compte/organisation/modification", data=answers).status_code == 303
    assert "Un changement est à l’examen" in client.get("/compte").text
    assert (
        "<form"
        not in client.get("/compte/organisation/modification")
        .text.split("<main")[1]
        .split("</main")[0]
    )
    desk = staff(app, database, "sales_admin")
    case = desk.get("/bureau/verifications/1").text
    assert NEW_NAME in case
    assert "Appliquer ce changement" in case
    assert desk.post("/bureau/verifications/1/modifications/1/refus").status_code == 422
    called = {
        "about": member.user_id,
        "call_back": "y",
        "number": "02 47 93 53 00",
        "number_source": "site",
        "spoke_to": "le standard",
    }
    applied = desk.post("/bureau/verifications/1/modifications/1/acceptation", data=called)
    assert applied.status_code == 303
    assert f"<h1>{NEW_NAME}</h1>" in desk.get("/bureau/verifications/1").text


def test_a_person_who_waits_cannot_request_a_change(app, database: Database):
    with database.transaction() as session:
        town(session)
        second = make_person(session, at=AT, email="marc@chinon.example")
        make_body(session, second, at=AT)
        session.flush()
        assert (
            session.scalars(select(Membership).where(Membership.user_id == second.id))
            .one()
            .approved_at
            is None
        )
    client = sign_in(app.test_client(), second.id)
    assert client.get("/compte/organisation/modification").status_code == 403
