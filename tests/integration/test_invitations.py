"""An administrator invites a colleague by e-mail; only the owner of its link may accept."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from shop.core.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN
from shop.core.days import paris_day
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.emails.messages import render_email
from shop.members import invitation_rules as refusals
from shop.members import invitations, members
from shop.members.domains import prove_domain
from shop.members.invitation_rules import TooManyInvitations, TooSoon
from shop.members.members import let_in_proven
from shop.members.models import Invitation, Membership
from shop.members.newcomers import join_as_newcomer
from shop.members.procedure import InvitationState
from shop.ops import clock
from shop.organisations.organisations import AlreadyMember, Foreign
from shop.people.models import User
from shop.people.people import actor_of
from shop.people.rules import Profile
from shop.signin.signing import check_credentials
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, OFFICE, make_body, make_buyer, make_person, member_of, siret_of
from tests.people import sign_in
from tests.teams import (
    LINKS,
    emails_to,
    first_place,
    main_of,
    make_asking,
    make_member,
    make_proven_town,
    own,
    send_invitation,
)

MARC = "marc@chinon.example"
WEEK = timedelta(days=7)
TYPED = {
    "name": "Marc Lefèvre",
    "phone": "02 47 00 00 00",
    "function": "régisseur",
    "password": "tuba parasol nuage",
}


def test_a_colleague_at_a_proven_domain_is_a_member_on_accepting(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, " Marc@Chinon.example ", BUYER, ACCOUNTANT)
        found = emails_to(session, MARC)[0]
        assert LINKS.read(session, found.facts["token"]) is invitation
        marc = make_person(session, at=AT, email=MARC, name="Marc Lefèvre")
        member = invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)
        assert member.approved_at == AT
        assert member.roles == {"buyer", "accountant", "reader"}
        assert member.approved_by == claire.name
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id.desc())).all()
        assert acts[:2] == ["let_in", "accept_invitation"]
        assert [mail.template for mail in emails_to(session, MARC)] == [
            "invitation",
            "member_let_in",
        ]


def test_a_colleague_at_another_domain_waits_until_it_is_proven(database: Database):
    with database.transaction() as session:
        claire = make_buyer(session, "claire@chinon.example")
        invitation = send_invitation(session, claire, MARC)
        marc = make_person(session, at=AT, email=MARC)
        member = invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)
        assert (member.approved_at, member.invited_by_id) == (None, claire.user_id)
        organisation = own(session, claire)
        assert let_in_proven(session, organisation, by=OFFICE, at=AT) == 0
        prove_domain(session, organisation, "chinon.example", source="site", by=OFFICE, at=AT)
        session.flush()
        assert let_in_proven(session, organisation, by=OFFICE, at=AT) == 1
        assert (member.approved_at, member.approved_by) == (AT, OFFICE.name)
        assert let_in_proven(session, organisation, by=OFFICE, at=AT) == 0


def test_a_person_who_only_asked_is_not_approved_with_the_invited(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        _marc, asking = make_asking(session, MARC)
        assert let_in_proven(session, own(session, claire), by=OFFICE, at=AT) == 0
        assert asking.approved_at is None


def test_a_pending_body_may_invite(database: Database):
    with database.transaction() as session:
        user = make_person(session, at=AT, email="claire@chinon.example")
        make_body(session, user, at=AT)
        session.flush()
        invitation = send_invitation(session, member_of(session, user), MARC)
        marc = make_person(session, at=AT, email=MARC)
        member = invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)
        assert member.approved_at is None


def test_an_invitation_is_valid_until_the_end_of_the_seventh_day_in_paris(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, MARC)
        late = datetime(2026, 11, 25, 23, tzinfo=UTC)
        last = late - timedelta(seconds=1)
        assert invitation.state_at(last) is InvitationState.WAITING
        assert emails_to(session, MARC)[0].facts["expires"] == "2026-11-25"
        assert invitation.state_at(late) is InvitationState.EXPIRED
        marc = make_person(session, at=AT, email=MARC)
        with pytest.raises(refusals.InvitationExpired):
            invitations.accept(session, invitation, marc, by=actor_of(marc), at=late)


def test_only_the_link_of_the_last_e_mail_is_valid(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, MARC)
        first = emails_to(session, MARC)[0].facts["token"]
        with pytest.raises(TooSoon):
            invitations.resend(
                session, invitation, links=LINKS, by=claire, at=AT + timedelta(minutes=4)
            )
        later = AT + timedelta(days=9)
        invitations.resend(session, invitation, links=LINKS, by=claire, at=later)
        assert invitation.last_day == paris_day(later + WEEK)
        second = emails_to(session, MARC)[1].facts["token"]
        assert LINKS.read(session, second) is invitation
        with pytest.raises(refusals.InvitationReplaced):
            LINKS.read(session, first)


def test_a_revoked_invitation_is_no_longer_valid(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, MARC)
        invitations.revoke(session, invitation, by=claire, at=AT)
        marc = make_person(session, at=AT, email=MARC)
        with pytest.raises(refusals.InvitationRevoked):
            invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)
        with pytest.raises(IllegalTransition):
            invitations.resend(
                session, invitation, links=LINKS, by=claire, at=AT + timedelta(days=1)
            )
        assert send_invitation(session, claire, MARC).id != invitation.id


@pytest.mark.parametrize("end", ["removed", "demoted", "leaves"])
def test_invitations_of_a_former_administrator_are_withdrawn(database: Database, end: str):
    with database.transaction() as session:
        claire = make_proven_town(session)
        lea = make_member(session, "lea@chinon.example", MEMBER_ADMIN)
        session.flush()
        invitation = send_invitation(session, lea, MARC)
        kept = send_invitation(session, claire, "paul@chinon.example")
        own = session.scalars(select(Membership).where(Membership.user_id == lea.user_id)).one()
        if end == "removed":
            members.remove_member(session, own, by=claire, at=AT)
        elif end == "leaves":
            members.leave(session, own, by=lea, at=AT)
        else:
            members.change_rights(
                session,
                own,
                roles=(BUYER,),
                establishment_id=own.establishment_id,
                everywhere=True,
                by=claire,
                at=AT,
            )
        session.flush()
        assert (invitation.revoked_at, kept.revoked_at) == (AT, None)
        entry = select(JournalEntry).where(JournalEntry.act == "revoke_invitation")
        assert session.scalars(entry).one().facts["invitation"] == invitation.id


def test_the_invitation_of_a_closed_account_is_valid_once_a_colleague_sends_it(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        lea = make_member(session, "lea@chinon.example", MEMBER_ADMIN)
        session.flush()
        invitation = send_invitation(session, lea, MARC)
        session.get_one(User, lea.user_id).active = False
        marc = make_person(session, at=AT, email=MARC)
        with pytest.raises(refusals.InvitationRevoked):
            invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)
        later = AT + timedelta(hours=1)
        invitations.resend(session, invitation, links=LINKS, by=claire, at=later)
        session.flush()
        member = invitations.accept(session, invitation, marc, by=actor_of(marc), at=later)
        assert member.invited_by_id == claire.user_id


def test_an_invitation_is_valid_once_and_for_its_person_only(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, MARC)
        lea = make_person(session, at=AT, email="lea@chinon.example", name="Léa Petit")
        with pytest.raises(refusals.AnotherAddress):
            invitations.accept(session, invitation, lea, by=actor_of(lea), at=AT)
        marc = make_person(session, at=AT, email=MARC)
        with pytest.raises(NotAllowed):
            invitations.accept(session, invitation, marc, by=actor_of(lea), at=AT)
        invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)
        with pytest.raises(refusals.InvitationUsed):
            invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)


def test_one_account_buys_for_one_organisation(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        other = make_buyer(session, MARC, siret=siret_of(3))
        invitation = send_invitation(session, claire, MARC)
        marc = session.get_one(User, other.user_id)
        with pytest.raises(AlreadyMember):
            invitations.accept(session, invitation, marc, by=other, at=AT)


def test_the_staff_belong_to_no_organisation(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, MARC)
        marc = make_person(session, at=AT, email=MARC, staff_roles={"sales"})
        with pytest.raises(refusals.StaffBuyForNobody):
            invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)


def test_a_person_who_asked_to_join_and_is_invited_gets_the_offered_rights(database: Database):
    with database.transaction() as session:
        claire = make_buyer(session, "claire@chinon.example")
        invitation = send_invitation(session, claire, MARC, MEMBER_ADMIN)
        marc, asking = make_asking(session, MARC)
        member = invitations.accept(session, invitation, marc, by=actor_of(marc), at=AT)
        assert member is asking
        assert member.administers and not member.buys


def test_inviting_does_not_reveal_whether_there_is_an_account(database: Database):
    """A member, a waiting and an invited person are the organisation's own; of others, nothing is
    revealed.
    """
    with database.transaction() as session:
        claire = make_proven_town(session)
        make_asking(session, MARC)
        make_buyer(session, "elsewhere@tours.example", siret=siret_of(4))
        with pytest.raises(refusals.AlreadyIn):
            send_invitation(session, claire, "claire@chinon.example")
        with pytest.raises(refusals.AlreadyAsking):
            send_invitation(session, claire, MARC)
        send_invitation(session, claire, "elsewhere@tours.example")
        send_invitation(session, claire, "nobody@tours.example")
        with pytest.raises(refusals.AlreadyInvited):
            send_invitation(session, claire, "nobody@tours.example")
        for email in ("elsewhere@tours.example", "nobody@tours.example"):
            assert [mail.template for mail in emails_to(session, email)] == ["invitation"]


def test_only_an_administrator_of_the_body_invites(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, MARC)
        stranger = make_buyer(session, "x@tours.example", siret=siret_of(5))
        for act in (invitations.resend, invitations.revoke):
            links = {"links": LINKS} if act is invitations.resend else {}
            with pytest.raises(NotAllowed):
                act(session, invitation, by=stranger, at=AT + timedelta(days=1), **links)
        with pytest.raises(NotAllowed):
            invitations.invite(
                session,
                own(session, claire),
                email="y@tours.example",
                roles=(MEMBER_ADMIN,),
                establishment_id=first_place(session, claire).id,
                everywhere=True,
                links=LINKS,
                by=stranger,
                at=AT,
            )
        with pytest.raises(Foreign):
            invitations.invite(
                session,
                own(session, stranger),
                email="y@tours.example",
                roles=(BUYER,),
                establishment_id=first_place(session, claire).id,
                everywhere=True,
                links=LINKS,
                by=stranger,
                at=AT,
            )
        with pytest.raises(NotFound):
            invitations.get_invitation(session, invitation.id, stranger.organisation_id or 0)


def test_a_body_that_is_not_verified_sends_few_invitations(database: Database):
    with database.transaction() as session:
        user = make_person(session, at=AT, email="claire@chinon.example")
        make_body(session, user, at=AT)
        session.flush()
        claire = member_of(session, user)
        for number in range(10):
            send_invitation(session, claire, f"p{number}@chinon.example")
        with pytest.raises(TooManyInvitations):
            send_invitation(session, claire, "one-more@chinon.example")
        send_invitation(session, claire, "tomorrow@chinon.example", at=AT + timedelta(days=2))


def test_the_password_of_an_unconfirmed_registration_is_not_accepted(database: Database):
    """Somebody had registered the colleague's address before: that password is not accepted."""
    with database.transaction() as session:
        claire = make_proven_town(session)
        invitation = send_invitation(session, claire, MARC)
        squatter = make_person(session, at=AT, email=MARC, name="X")
        squatter.email_confirmed_at = None
        squatter.password_hash = "squatter"
        person = join_as_newcomer(
            session,
            invitation,
            Profile("Marc Lefèvre", "02 47 00 00 00"),
            password_hash="chosen",
            at=AT,
        )
        assert person.id == squatter.id
        assert (person.name, person.password_hash) == ("Marc Lefèvre", "chosen")
        assert person.email_confirmed_at == AT


@pytest.fixture
def link(database: Database) -> str:
    """The link of an invitation of Marc, sent now."""
    with database.transaction() as session:
        claire = make_proven_town(session)
        send_invitation(session, claire, MARC, at=clock.now())
        return f"/invitations/{emails_to(session, MARC)[0].facts['token']}"


def test_the_link_opens_an_account_at_once(client, database: Database, link: str):
    page = client.get(link).text
    assert "Ville de Chinon" in page and MARC in page and 'name="password"' in page
    assert client.post(f"{link}/compte", data=TYPED | {"password": "x"}).status_code == 422
    answer = client.post(f"{link}/compte", data=TYPED)
    assert (answer.status_code, answer.location) == (303, "/compte")
    assert client.get("/compte/organisation/membres").status_code == 200
    with database.reading_session() as session:
        assert check_credentials(session, email=MARC, password=TYPED["password"])
    assert client.get(link).status_code == 410


def test_an_invited_person_with_an_account_signs_in_first(app, database: Database, link: str):
    with database.transaction() as session:
        marc = make_person(session, at=AT, email=MARC)
        lea = make_person(session, at=AT, email="lea@home.example", name="Léa Petit")
    visitor = app.test_client()
    page = visitor.get(link).text
    assert 'name="password"' not in main_of(page) and "/connexion?next=" in page
    assert visitor.post(link).location.startswith("/connexion?next=")
    assert visitor.post(f"{link}/compte", data=TYPED).location == link

    other = sign_in(app.test_client(), lea.id, language="en")
    assert "another address" in main_of(other.get(link).text)
    assert other.post(link).status_code in (303, 403)
    with database.reading_session() as session:
        assert session.scalar(select(Membership.id).where(Membership.user_id == lea.id)) is None

    browser = sign_in(app.test_client(), marc.id)
    assert browser.post(link).status_code == 303
    with database.reading_session() as session:
        query = select(Membership).where(Membership.user_id == marc.id)
        assert session.scalars(query).one().approved_at is not None


def test_a_member_of_another_body_reads_that_he_cannot(app, database: Database, link: str):
    with database.transaction() as session:
        marc = make_buyer(session, MARC, siret=siret_of(6))
    browser = sign_in(app.test_client(), marc.user_id, language="en")
    assert "one account buys for one organisation" in main_of(browser.get(link).text)
    browser.post(link)
    with database.reading_session() as session:
        members = session.scalars(select(Membership).where(Membership.user_id == marc.user_id))
        assert [one.organisation_id for one in members] == [marc.organisation_id]


def test_a_changed_link_is_not_valid(client, link: str):
    assert client.get(f"{link}x").status_code == 404
    assert client.post(f"{link}x/compte", data=TYPED).status_code in (303, 404)
    assert client.get("/invitations/abc").status_code == 404


def test_an_administrator_sends_repeats_and_withdraws_an_invitation(app, database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        place = first_place(session, claire)
        stranger = make_buyer(session, "x@tours.example", siret=siret_of(7))
    browser = sign_in(app.test_client(), claire.user_id, language="en")
    asked = browser.get("/compte/organisation/membres/invitations/nouvelle").text
    assert not re.search(
        r"<input[^>]*checkbox[^>]* checked|<input[^>]* checked[^>]*checkbox", asked
    )
    typed = {"email": MARC, "buys": "y", "establishment": str(place.id), "scope": "own"}
    page = browser.post(
        "/compte/organisation/membres/invitations/nouvelle", data=typed | {"email": "marc"}
    )
    assert page.status_code == 422 and 'value="marc"' in page.text
    assert (
        browser.post("/compte/organisation/membres/invitations/nouvelle", data=typed).status_code
        == 303
    )
    again = browser.post("/compte/organisation/membres/invitations/nouvelle", data=typed)
    assert again.status_code == 422 and "has already been invited" in again.text
    with database.reading_session() as session:
        sent = session.scalars(select(Invitation)).one()
        assert (sent.email, sent.everywhere, sent.roles) == (MARC, False, {"buyer", "reader"})
    page = main_of(browser.get("/compte/organisation/membres").text)
    assert MARC in page and "pending" in page

    url = f"/compte/organisation/membres/invitations/{sent.id}"
    thief = sign_in(app.test_client(), stranger.user_id)
    for act in ("renvoi", "annulation"):
        assert thief.post(f"{url}/{act}").status_code == 404
    with database.reading_session() as session:
        query = select(func.count(JournalEntry.id)).where(JournalEntry.act == "Foreign")
        assert session.scalar(query) == 2
    with clock.travelled(timedelta(days=8)):
        browser = sign_in(app.test_client(), claire.user_id, language="en")
        assert "expired" in main_of(browser.get("/compte/organisation/membres").text)
        browser.post(f"{url}/renvoi")
        assert "pending" in main_of(browser.get("/compte/organisation/membres").text)
        asked = browser.get(f"{url}/annulation").text
        assert MARC in main_of(asked) and "You can invite this person again." in asked
        assert "pending" in main_of(browser.get("/compte/organisation/membres").text)
        browser.post(f"{url}/annulation")
    with database.reading_session() as session:
        sent = session.scalars(select(Invitation)).one()
        assert sent.issue == 2 and sent.revoked_at is not None


@pytest.mark.parametrize(
    ("ticked", "role"),
    [({}, "reader"), ({"buys": "y", "accountant": "y"}, "buyer, accountant")],
)
def test_the_administrator_reads_which_role_an_invitation_gives(
    app, database: Database, ticked: dict[str, str], role: str
):
    """An invitation without a ticked role makes a reader, and says so before and after."""
    with database.transaction() as session:
        claire = make_proven_town(session)
        place = first_place(session, claire)
    browser = sign_in(app.test_client(), claire.user_id, language="en")
    address = "/compte/organisation/membres/invitations/nouvelle"
    form = browser.get(address).text
    assert "If no role is ticked, your colleague can read but not change anything." in form
    assert re.search(
        r'<input[^>]*name="email"[^>]*type="email"|type="email"[^>]*name="email"', form
    )
    typed = {"email": MARC, "establishment": str(place.id), "scope": "own"}
    page = browser.get(browser.post(address, data=typed | ticked).location).text
    assert f"The invitation has been sent to {MARC}. Role: {role}." in page
    assert role.capitalize() in page.partition('id="invitations-title"')[2]


@pytest.mark.parametrize(("language", "words"), [("en", "until Wednesday 25 November 2026")])
def test_the_e_mail_says_who_invites_to_which_body_with_which_rights(
    database: Database, language: str, words: str
):
    with database.transaction() as session:
        claire = make_proven_town(session)
        send_invitation(session, claire, MARC, BUYER)
        mail = session.scalars(select(Email).where(Email.template == "invitation")).one()
        assert mail.language == "fr", "in the inviter's language"
        found = render_email(
            mail.template, mail.facts, language=language, public_url="http://shop.example"
        )
    assert "Ville de Chinon" in found.subject
    assert claire.name in found.body and words in found.body
    assert "- Draw quotes, send purchase orders" in found.body
    assert "View and export the invoices" not in found.body
    assert f"http://shop.example/invitations/{mail.facts['token']}" in found.body
