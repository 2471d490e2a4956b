"""Evidence that a person buys for a body: letters, domains, calls; stored with the decision."""

from io import BytesIO

import pytest
from sqlalchemy import select

from shop.core.actors import SALES, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.members.domains import is_proven, proven_domains
from shop.members.models import Membership
from shop.organisations.models import Organisation
from shop.organisations.rules import Verification
from shop.people.models import User
from shop.people.people import actor_of
from shop.storage.db import Database
from shop.verification import cases, verification
from shop.verification import evidence_letters as proofs
from shop.verification.evidence import (
    AddressNotConfirmed,
    DomainDiffers,
    Evidence,
    LetterMissing,
    NumberGiven,
    StillWaits,
)
from shop.verification.models import EvidenceFile, VerificationDecision
from tests.factories import AT, CHINON, EVIDENCE, make_body, make_person, make_staff, member_of
from tests.orders import scan
from tests.people import sign_in, staff

pytestmark = pytest.mark.usefixtures("printed_once")

EMAIL, PHONE = "claire@ville-chinon.fr", "02 47 93 53 10"
PDF = "application/pdf"


@pytest.fixture
def town(database: Database) -> Database:
    """Chinon awaits its verification; Claire, its administrator, has a confirmed address."""
    with database.transaction() as session:
        user = make_person(session, at=AT, email=EMAIL, phone=PHONE)
        user.email_confirmed_at = AT
        make_body(session, user, at=AT)
    return database


def body_of(session) -> Organisation:
    return session.scalars(select(Organisation)).one()


def claire(session) -> User:
    return session.scalars(select(User).where(User.email == EMAIL)).one()


def office(session) -> Actor:
    return actor_of(make_staff(session, "sales_admin"))


def send(session, body: Organisation, by: Actor, **about) -> EvidenceFile:
    return proofs.send_letter(
        session, body, scan(), filename="lettre.pdf", media_type=PDF, by=by, at=AT, **about
    )


def test_a_decision_stores_its_evidence_and_the_person_it_is_about(town: Database):
    with town.transaction() as session:
        body = body_of(session)
        seen = Evidence(
            email_domain=True, domain="ville-chinon.fr", domain_source="annuaire officiel"
        )
        verification.verify(session, body, evidence=seen, by=office(session), at=AT)
        (decision,) = cases.decisions_on(session, body)
        assert (decision.act, decision.about_id) == ("verify", claire(session).id)
        assert decision.evidence["domain_source"] == "annuaire officiel"


@pytest.mark.parametrize(
    ("evidence", "refusal"),
    [
        (Evidence(email_domain=True, domain="chinon.fr", domain_source="site"), DomainDiffers),
        (Evidence(letter=True), LetterMissing),
        (
            Evidence(call_back=True, number=PHONE, number_source="site", spoke_to="Claire"),
            NumberGiven,
        ),
    ],
)
def test_an_incomplete_proof_verifies_nobody(town: Database, evidence, refusal):
    with town.transaction() as session:
        body = body_of(session)
        with pytest.raises(refusal):
            verification.verify(session, body, evidence=evidence, by=office(session), at=AT)
        assert body.verification is Verification.PENDING
        assert cases.decisions_on(session, body) == []


def test_an_address_that_nobody_confirmed_is_no_proof(town: Database):
    with town.transaction() as session:
        claire(session).email_confirmed_at = None
        seen = Evidence(email_domain=True, domain="ville-chinon.fr", domain_source="site")
        with pytest.raises(AddressNotConfirmed):
            verification.verify(session, body_of(session), evidence=seen, by=office(session), at=AT)


def test_the_number_of_a_colleague_is_not_an_independent_one(town: Database):
    with town.transaction() as session:
        body = body_of(session)
        make_body(session, make_person(session, at=AT, email="m@x.fr", phone="0247000001"), at=AT)
        session.flush()
        called = Evidence(
            call_back=True, number="02 47 00 00 01", number_source="site", spoke_to="le standard"
        )
        with pytest.raises(NumberGiven):
            verification.verify(session, body, evidence=called, by=office(session), at=AT)


def test_a_letter_about_another_person_is_no_evidence_about_this_one(town: Database):
    with town.transaction() as session:
        body, by = body_of(session), office(session)
        second = make_person(session, at=AT, email="marc@x.fr")
        make_body(session, second, at=AT)
        session.flush()
        letter = send(session, body, actor_of(second))
        named = Evidence(letter=True, letter_id=letter.id)
        with pytest.raises(LetterMissing):
            verification.verify(session, body, evidence=named, by=by, at=AT)
        with pytest.raises(StillWaits):
            verification.verify(session, body, evidence=named, about_id=second.id, by=by, at=AT)
        assert body.verification is Verification.PENDING, "Claire is in, no evidence about Claire"


def test_a_replaced_letter_is_kept_until_the_decision(town: Database):
    with town.transaction() as session:
        body, by = body_of(session), office(session)
        member = member_of(session, claire(session))
        first, second, third = (send(session, body, member) for _ in range(3))
        assert [one.id for one in proofs.letters_of(session, body.id)] == [
            third.id,
            second.id,
            first.id,
        ]
        named = Evidence(letter=True, letter_id=first.id)
        verification.verify(session, body, evidence=named, by=by, at=AT)
        session.flush()
        kept = [one.id for one in proofs.letters_of(session, body.id)]
        assert kept == [third.id, first.id], "the one decided on, and the last one"


def test_a_member_of_a_verified_body_sends_no_letter_the_office_does(town: Database):
    with town.transaction() as session:
        body, by = body_of(session), office(session)
        member = member_of(session, claire(session))
        verification.verify(session, body, evidence=EVIDENCE, by=by, at=AT)
        with pytest.raises(NotAllowed):
            send(session, body, member)
        letter = send(session, body, by, about_id=member.user_id)
        assert (letter.user_id, letter.by_id) == (member.user_id, by.user_id)


def test_nobody_sends_a_letter_for_somebody_else(town: Database):
    with town.transaction() as session:
        body = body_of(session)
        stranger = actor_of(make_person(session, at=AT, email="x@x.fr"))
        with pytest.raises(NotAllowed):
            send(session, body, stranger, about_id=claire(session).id)
        with pytest.raises(NotFound):
            send(session, body, stranger)


def test_the_number_of_letters_is_limited(town: Database):
    with town.transaction() as session:
        member = member_of(session, claire(session))
        for _ in range(proofs.MOST_LETTERS):
            send(session, body_of(session), member)
        with pytest.raises(proofs.TooManyLetters):
            send(session, body_of(session), member)


def test_a_letter_uploaded_by_a_member_is_read_by_the_office_only(app, town: Database):
    with town.reading_session() as session:
        member = claire(session).id
    client = sign_in(app.test_client(), member)
    assert "envoyez une lettre" in client.get("/compte").text
    answer = client.post(
        "/compte/organisation/justificatifs", data={"file": (BytesIO(scan(2)), "lettre.pdf")}
    )
    assert answer.status_code == 303
    assert "Lettre reçue le" in client.get("/compte").text
    desk = staff(app, town, "sales_admin")
    page = desk.get("/bureau/verifications/1")
    assert page.text.count('class="scan"') == 2
    assert '<option selected value="1">Claire Marchand' in page.text, "the letter is proposed"
    picture = "/bureau/verifications/justificatifs/1/pages/2.png"
    assert desk.get(picture).data.startswith(b"\x89PNG")
    assert desk.get(picture.replace("2.png", "3.png")).status_code == 404
    letter = "/compte/organisation/justificatifs/1"
    assert client.get(letter).data == desk.get(letter).data
    assert client.get(picture).status_code == 403
    assert staff(app, town, SALES).get(letter).status_code == 404
    with town.transaction() as session:
        other = make_person(session, at=AT, email="autre@x.fr").id
    assert sign_in(app.test_client(), other).get(letter).status_code == 404


def test_a_file_that_is_no_letter_is_refused_and_not_stored(app, town: Database):
    with town.reading_session() as session:
        client = sign_in(app.test_client(), claire(session).id)
    answer = client.post(
        "/compte/organisation/justificatifs",
        data={"file": (BytesIO(b"MZ"), "lettre.exe")},
    )
    assert answer.status_code == 422
    assert "Seuls les fichiers PDF, JPEG, PNG et TIFF" in answer.text
    desk = staff(app, town, "sales_admin")
    attached = desk.post("/bureau/verifications/1/justificatifs", data={"person": "1"})
    assert attached.status_code == 422
    with town.reading_session() as session:
        assert session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)).all() == []


def test_the_office_proves_the_domain_when_it_verifies(app, town: Database):
    desk = staff(app, town, "sales_admin")
    answers = {
        "about": "1",
        "email_domain": "y",
        "domain": "ville-chinon.com",
        "domain_source": "annuaire officiel",
        "prove": "y",
    }
    refused = desk.post("/bureau/verifications/1/verification", data=answers)
    assert refused.status_code == 422
    assert "ville-chinon.com, l’adresse du membre est au domaine ville-chinon.fr" in refused.text
    assert 'value="annuaire officiel"' in refused.text, "what was typed is kept"
    right = answers | {"domain": "ville-chinon.fr"}
    assert desk.post("/bureau/verifications/1/verification", data=right).status_code == 303
    with town.reading_session() as session:
        assert is_proven(session, body_of(session).id, "marc@ville-chinon.fr")
    page = desk.get("/bureau/verifications/1").text
    assert "Domaines prouvés" in page
    withdrawn = "/bureau/verifications/1/domaines/1/retrait"
    assert withdrawn in page
    assert desk.post(withdrawn).status_code == 303
    with town.reading_session() as session:
        assert proven_domains(session, body_of(session).id) == []


def test_a_person_who_asks_to_join_is_approved_on_evidence_about_them(app, town: Database):
    with town.transaction() as session:
        verification.verify(session, body_of(session), evidence=EVIDENCE, by=office(session), at=AT)
        second = make_person(session, at=AT, email="marc@x.fr")
        make_body(session, second, at=AT, siret=CHINON)
        session.flush()
        asked = session.scalars(select(Membership.id).where(Membership.user_id == second.id)).one()
        desk = app.test_client()
        chief = make_person(session, at=AT, email="chef@comptoir.example", staff_roles={"admin"}).id
    sign_in(desk, chief)
    path = f"/bureau/verifications/1/membres/{asked}"
    assert desk.post(path).status_code == 422
    called = {
        "call_back": "y",
        "number": "02 47 93 53 00",
        "number_source": "site",
        "spoke_to": "le standard",
    }
    assert desk.post(path, data=called).status_code == 303
    with town.reading_session() as session:
        last = session.scalars(
            select(VerificationDecision).order_by(VerificationDecision.id.desc())
        ).first()
        assert (last.act, last.about_id) == ("let_in", second.id)
