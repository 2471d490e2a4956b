"""Permissions: every route and every document, requested as every kind of person.

The expected answers are read from the tables: the audience that each route declares
(`shop/web/kit/guards.py`), the rights of a membership (`shop/core/rights.py`), who may read a
dossier (`may_read`), the roles of the transitions. The actual answers come from the shop. Golden
cells, written by hand, check the generator itself.

Every request runs on a `Rehearsal`: nothing of it is committed, so the next cell finds the same
data.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from werkzeug.routing import Rule

from checkout.cancellations import procedure as cancellations
from checkout.credits import procedure as credits
from checkout.deposits import procedure as deposits
from checkout.invoices import procedure as invoices
from checkout.orders import procedure as orders
from checkout.payment_links import procedure as payment_links
from checkout.payments import procedure as transfers
from checkout.returns import procedure as returns
from checkout.statements import procedure as movements
from checkout.web.card.processor import EXTENSION
from quotes import procedure as quotes
from quotes.signatories import procedure as signatories
from shop.agreements import procedure as agreements
from shop.bank_details import procedure as bank
from shop.core.actors import ACCOUNTING, CLOCK, LOGISTICS, PROCESSOR, READER
from shop.dossiers.dossiers import may_read
from shop.dossiers.models import Dossier
from shop.ops.clock import now
from shop.organisations.rules import is_public_body
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.verification import procedure as verification
from shop.web.kit.guards import BODIES, EVERYBODY, MEMBERS, PEOPLE, READERS, STAFF, Audience
from shop.web.kit.once import FIELD
from shop.web.kit.sessions import load_viewer
from tests.conftest import new_database, shop_on
from tests.factories import make_person
from tests.fakes import FakeGateway
from tests.people import sign_in
from tests.world import GUEST_KEY, UNSENT, VISITORS, Own, Person, Rehearsal, World, make_world

ALLOWED, REFUSED, ABSENT, TO_SIGN_IN = "allowed", "refused", "not found", "sign in"

#: Routes and parameters where an allowed person finds nothing, and why.
NOT_THERE = {
    "mailbox": "the mailbox is in the demonstration alone",
    "clients.document": "no document was sent in this world",
    "card.come_back": "no payment is named by its address",
    "card_trials.start:POST": "the trial is stored before the processor is called, and this world "
    "keeps nothing",
    "verification.ask_change:POST": "no establishment is named by an empty form",
    "signin.passkey_challenge": "passkeys need a shop whose address is a domain",
    "signin.enter_with_passkey": "passkeys need a shop whose address is a domain",
    "signin.second_step_challenge": "passkeys need a shop whose address is a domain",
    "signin.pass_second_step_with_passkey": "passkeys need a shop whose address is a domain",
    "signin.new_passkey": "passkeys need a shop whose address is a domain",
    "signin.name_passkey": "passkeys need a shop whose address is a domain",
    "signin.make_passkey": "passkeys need a shop whose address is a domain",
    "signin.new_passkey_challenge": "passkeys need a shop whose address is a domain",
    "signin.register_passkey": "passkeys need a shop whose address is a domain",
    "cart.add": "no product is named by an empty form",
    "cart.remove": "nobody of this world has a cart",
    "verification.letter_picture": "this letter is not a picture",
}
#: Routes for signed-in people about something that not everybody has.
FOR_SOME = {"members.leave": "who belongs to no body, and waits for none, leaves none"}
#: The transition of a route: its roles, and no others, are allowed.
ACTS = {
    "purchase_orders.send_scan": (quotes.PROCEDURE, "receive_scan"),
    "quotes.copies": (quotes.PROCEDURE, "send_copies"),
    "quotes.send_copy": (quotes.PROCEDURE, "send_copies"),
    "signatories.share": (quotes.PROCEDURE, "share_quote"),
    "signatories.revoke": (signatories.PROCEDURE, "revoke_link"),
    "order_forms.show": (quotes.PROCEDURE, "prepare_order_form"),
    "order_forms.prepare": (quotes.PROCEDURE, "prepare_order_form"),
    "quotes.cancel": (quotes.PROCEDURE, "cancel"),
    "quotes.confirm_cancel": (quotes.PROCEDURE, "cancel"),
    "quotes.renewal": (quotes.PROCEDURE, "renew"),
    "quotes.renew": (quotes.PROCEDURE, "renew"),
    "purchase_orders.record": (quotes.PROCEDURE, "record_original"),
    "purchase_orders.refuse": (quotes.PROCEDURE, "refuse_purchase_order"),
    "purchase_orders.log": (quotes.PROCEDURE, "log_original"),
    "purchase_orders.note_signed_quote": (quotes.PROCEDURE, "log_signed_quote"),
    "purchase_orders.give_up_waiting": (quotes.PROCEDURE, "give_up"),
    "orders.references": (orders.PROCEDURE, "tell_references"),
    "orders.give_references": (orders.PROCEDURE, "tell_references"),
    "orders.asked": (invoices.PROCEDURE, "answer_refusal"),
    "orders.give_answer": (invoices.PROCEDURE, "answer_refusal"),
    "orders.contested": (invoices.PROCEDURE, "answer_objection"),
    "orders.answer_contested": (invoices.PROCEDURE, "answer_objection"),
    "deliveries.issue": (orders.PROCEDURE, "issue_delivery_note"),
    "deliveries.contrary": (orders.PROCEDURE, "correct_delivery_note"),
    "deliveries.correct": (orders.PROCEDURE, "correct_delivery_note"),
    "invoices.issue": (orders.PROCEDURE, "issue_invoice"),
    "invoices.send": (orders.PROCEDURE, "send_invoice_file"),
    "invoices.prepare": (orders.PROCEDURE, "prepare_invoice_file"),
    "invoices.forward": (orders.PROCEDURE, "forward_invoice_file"),
    "invoices.interrupt": (invoices.PROCEDURE, "interrupt_payment"),
    "invoices.resume": (invoices.PROCEDURE, "resume_payment"),
    "invoices.cancel": (invoices.PROCEDURE, "cancel_interruption"),
    "corrections.issue": (invoices.PROCEDURE, "replace_invoice"),
    "credits.issue": (orders.PROCEDURE, "issue_credit_note"),
    "credits.refund_card": (credits.PROCEDURE, "order_card_refund"),
    "credits.order": (credits.PROCEDURE, "order_transfer"),
    "credits.confirm": (credits.PROCEDURE, "confirm_transfer"),
    "credits.send_back": (credits.PROCEDURE, "send_back_transfer"),
    "bank_details.ask": (bank.PROCEDURE, "ask_bank_change"),
    "bank_details.confirm": (bank.PROCEDURE, "confirm_bank_change"),
    "bank_details.refuse": (bank.PROCEDURE, "refuse_bank_change"),
    "agreements.draft": (agreements.PROCEDURE, "draft_agreement"),
    "agreements.change": (agreements.PROCEDURE, "change_agreement"),
    "agreements.add": (agreements.PROCEDURE, "change_agreement"),
    "agreements.remove": (agreements.PROCEDURE, "change_agreement"),
    "agreements.add_organisation": (agreements.PROCEDURE, "change_agreement"),
    "agreements.remove_organisation": (agreements.PROCEDURE, "change_agreement"),
    "agreements.sign": (agreements.PROCEDURE, "sign_agreement"),
    "agreements.withdraw": (agreements.PROCEDURE, "withdraw_agreement"),
    "agreements.attach": (agreements.PROCEDURE, "attach_copy"),
    "agreements.end": (agreements.PROCEDURE, "end_agreement"),
    "payment_links.begin": (payment_links.PROCEDURE, "prepare_link"),
    "payment_links.send": (payment_links.PROCEDURE, "send_link"),
    "payment_links.send_again": (payment_links.PROCEDURE, "send_link_again"),
    "payment_links.revoke": (payment_links.PROCEDURE, "revoke_link"),
    "deposits.ask": (deposits.PROCEDURE, "request_deposit"),
    "deposits.record": (deposits.PROCEDURE, "record_deposit"),
    "deposits.confirm": (deposits.PROCEDURE, "confirm_flow"),
    "deposits.again": (deposits.PROCEDURE, "send_again"),
    "deposits.abandon": (deposits.PROCEDURE, "abandon_deposit"),
    "cancellations.send": (cancellations.PROCEDURE, "ask_cancellation"),
    "cancellations.take_back": (cancellations.PROCEDURE, "take_cancellation_back"),
    "cancellations.accept": (cancellations.PROCEDURE, "accept_cancellation"),
    "cancellations.refuse": (cancellations.PROCEDURE, "refuse_cancellation"),
    "cancellations.decide": (cancellations.PROCEDURE, "decide_cancellation"),
    "cancellations.reopen": (cancellations.PROCEDURE, "reopen_cancellation"),
    "returns.accept": (returns.PROCEDURE, "accept_return"),
    "returns.refuse": (returns.PROCEDURE, "refuse_return"),
    "returns.receive": (returns.PROCEDURE, "receive_return"),
    "returns.settle": (returns.PROCEDURE, "settle_return"),
    "returns.redeliver": (returns.PROCEDURE, "replace_return"),
    "payments.record": (orders.PROCEDURE, "record_payment"),
    "statements.confirm": (movements.PROCEDURE, "confirm_movement"),
    "statements.leave_out": (movements.PROCEDURE, "leave_out_movement"),
    "statements.link": (movements.PROCEDURE, "link_movement"),
    "statements.set_aside": (movements.PROCEDURE, "set_movement_aside"),
    "statements.take_up": (movements.PROCEDURE, "take_up_movement"),
    "transfers.move": (orders.PROCEDURE, "correct_payment"),
    "transfers.order": (transfers.PROCEDURE, "order_transfer_back"),
    "transfers.confirm": (transfers.PROCEDURE, "confirm_return"),
    "transfers.send_back": (transfers.PROCEDURE, "send_back_return"),
    "verification.verify": (verification.PROCEDURE, "verify"),
    "verification.refuse": (verification.PROCEDURE, "refuse"),
    "verification.suspend": (verification.PROCEDURE, "suspend"),
    "clients.terms": (verification.PROCEDURE, "set_terms"),
}


@dataclass(frozen=True)
class Cell:
    """One question: this route, with these parameters. `dossier` is the one that it names, `owned`
    what in it belongs to somebody, `nothing` whether an allowed person finds nothing there.
    """

    endpoint: str
    method: str
    url: str
    audience: Audience
    dossier: Dossier | None = None
    owned: tuple[Own, ...] = ()
    key: str | None = None
    nothing: bool = False


class Stage:
    """The shop on the world's database, and the cookie of each person's browser."""

    def __init__(self, database: Database) -> None:
        self.world = make_world(database)
        self.app = shop_on(database)
        self.app.test_client_class = FlaskClient
        _without_frame(self.app)
        self.app.config["TESTING"] = False  # a fault is an answer too: 500
        self.app.extensions[EXTENSION] = FakeGateway()
        self.cookies = {person.role: self.enter(person) for person in self.world.people}
        self.real = database
        self.app.extensions["comptoir.database"] = Rehearsal(database)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Changes made meanwhile are committed: for requests that leave a trace."""
        rehearsal = self.app.extensions["comptoir.database"]
        self.app.extensions["comptoir.database"] = self.real
        yield
        self.app.extensions["comptoir.database"] = rehearsal

    def enter(self, person: Person) -> dict[str, str]:
        browser = self.app.test_client()
        if person.viewer is not None:
            sign_in(browser, person.viewer.user_id)
        cookie = browser.get_cookie("session")
        return {"Cookie": f"session={cookie.value}"} if cookie else {}

    def ask(self, person: Person, cell: Cell) -> str:
        """The answer: one of the words above, or a fault."""
        browser = self.app.test_client(use_cookies=False)
        form = {FIELD: secrets.token_hex(8)} if cell.method == "POST" else None
        cookie = self.cookies[person.role]
        answer = browser.open(
            cell.url, method=cell.method, headers=cookie, data=form, buffered=True
        )
        answer.close()
        if answer.status_code >= 500:
            return f"a fault: {answer.status_code}"
        led = (answer.location or "").partition("?")[0]
        if led == "/connexion" and cell.audience.kind != EVERYBODY:
            return TO_SIGN_IN
        return {403: REFUSED, 404: ABSENT}.get(answer.status_code, ALLOWED)


def _without_frame(app: Flask) -> None:
    """Pages without their frame, since thousands of them are requested."""
    environment = app.jinja_env
    assert environment.loader is not None
    frame, _path, _fresh = environment.loader.get_source(environment, "base.html")
    blocks = dict.fromkeys(re.findall(r"{% block (\w+)", frame))
    bare = "".join(f"{{% block {name} %}}{{% endblock %}}" for name in blocks)
    environment.loader = ChoiceLoader([DictLoader({"base.html": bare}), environment.loader])


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """One world for all cells, on each kind of database."""
    database = new_database(request, request.param, tmp_path_factory.mktemp("matrix"))
    yield Stage(database)
    database.dispose()


def expected(person: Person, cell: Cell) -> set[str]:
    """The answers that are right by the tables."""
    if may(person, cell):
        if UNSENT in cell.url or cell.endpoint in FOR_SOME:
            return {ABSENT, ALLOWED, REFUSED}
        return {ABSENT} if cell.nothing else {ALLOWED}
    if person.viewer is None:
        if cell.audience.kind == READERS and not cell.key:
            return {TO_SIGN_IN}
        return {REFUSED} if cell.audience.kind == BODIES else {TO_SIGN_IN, ABSENT}
    return {REFUSED, ABSENT}


def may(person: Person, cell: Cell) -> bool:
    """Whether the tables allow this person there."""
    audience, who, by = cell.audience, person.viewer, person.actor
    if audience.kind == EVERYBODY:
        return True
    if audience.kind == READERS:
        assert cell.dossier is not None, f"{cell.endpoint} names no dossier of the world"
        reads = may_read(cell.dossier, by, cell.key) and (who is not None or audience.guests)
        return reads and (not audience.roles or by.has(*audience.roles))
    if who is None:
        return audience.guests
    if audience.kind == STAFF:
        return who.is_staff and by.has(*audience.roles)
    if not all(belongs(own, person) for own in cell.owned):
        return False
    if audience.kind == PEOPLE:
        return True
    alone = audience.alone and who.organisation_id is None and not who.is_staff
    if audience.kind == BODIES and not is_public_body(who.nature, who.verification):
        return False
    assert audience.kind in (MEMBERS, BODIES), audience
    return alone or by.has(*audience.roles)


def belongs(own: Own, person: Person) -> bool:
    assert person.viewer is not None
    if person.actor.has(*own.office):
        return True
    if own.user_id is not None:
        return own.user_id == person.viewer.user_id
    return own.organisation_id == person.viewer.organisation_id


def cells_of(stage: Stage) -> tuple[list[Cell], list[str]]:
    """Every route with every document; and the routes that the world has no parameters for."""
    cells, missing = [], []
    for rule in stage.app.url_map.iter_rules():
        if rule.endpoint == "static":  # Flask's own route: static files are for everybody
            continue
        try:
            cells += cells_of_route(stage, rule)
        except KeyError as unknown:
            missing.append(
                f"{rule.rule} ({rule.endpoint}): say in tests/world.py what {unknown} is"
            )
    return cells, missing


def cells_of_route(stage: Stage, rule: Rule) -> list[Cell]:
    world, endpoint = stage.world, rule.endpoint
    audience = stage.app.view_functions[endpoint].audience  # type: ignore[attr-defined]
    named = {name: world.value(endpoint, name) for name in sorted(rule.arguments)}
    made = [(named, None)]
    if endpoint in ("dossiers.paper", "dossiers.read", "dossiers.file", "dossiers.page"):
        made = documents(world, named)
    if endpoint == "orders.show":
        made += [({"number": world.own_order}, None), ({"number": world.guest_order}, None)]
        made += [({"number": world.guest_order, "key": GUEST_KEY}, GUEST_KEY)]
    cells = []
    with stage.app.test_request_context():
        for values, key in made:
            plain = {k: v.value if isinstance(v, Own) else v for k, v in values.items()}
            cells += [
                Cell(
                    endpoint,
                    method,
                    url_for(endpoint, **plain),
                    audience,
                    world.dossiers.get(str(plain.get("number"))),
                    tuple(value for value in values.values() if isinstance(value, Own)),
                    key,
                    bool(
                        {endpoint, endpoint.partition(".")[0], f"{endpoint}:{method}", *named}
                        & NOT_THERE.keys()
                    ),
                )
                for method in sorted((rule.methods or set()) & {"GET", "POST"})
            ]
    return cells


def documents(world: World, named: dict[str, Any]) -> list[tuple[dict[str, Any], str | None]]:
    """Every document and every file, each with its dossier."""
    number_of = {dossier.id: dossier.number for dossier in world.dossiers.values()}
    (thing,) = {"paper_id", "file_id"} & named.keys()
    kept = world.papers if thing == "paper_id" else world.files
    return [(named | {"number": number_of[row.dossier_id], thing: row.id}, None) for row in kept]


def answers(stage: Stage, cells: list[Cell]) -> list[str]:
    """The cells whose answer differs from the tables, as lines of a table."""
    wrong: dict[str, list[str]] = {}
    for cell in cells:
        for person in stage.world.people:
            right, got = expected(person, cell), stage.ask(person, cell)
            if got not in right:
                said = f"expected {' or '.join(sorted(right))}, got {got}"
                wrong.setdefault(f"{cell.method:5} {cell.url:55} {said}", []).append(person.role)
    return [f"{answer}: {', '.join(roles)}" for answer, roles in wrong.items()]


def test_every_route_can_be_asked(stage: Stage):
    assert not cells_of(stage)[1], "\n".join(["", *cells_of(stage)[1]])


def test_every_route_and_document_is_open_to_those_the_tables_name(stage: Stage):
    cells, _missing = cells_of(stage)
    if (
        not stage.real.is_sqlite
    ):  # a route for everybody does not depend on the database: asked once
        cells = [cell for cell in cells if cell.audience.kind != EVERYBODY]
    wrong = answers(stage, cells)
    assert not wrong, "\n".join(["", *wrong])


def test_two_roles_open_what_each_of_them_opens(stage: Stage):
    alone = [stage.world.person(role) for role in (LOGISTICS, ACCOUNTING)]
    with stage.real.transaction() as session:
        roles = {LOGISTICS, ACCOUNTING}
        user = make_person(session, at=now(), email="two@matrix.example", staff_roles=roles)
        session.flush()
        both = Person("two roles", load_viewer(session, user.id))
    with stage.kept():
        stage.cookies[both.role] = stage.enter(both)
    pages = [one for one in cells_of(stage)[0] if one.audience.kind == STAFF]
    for cell in [one for one in pages if one.method == "GET" and not one.nothing]:
        opened = any(may(person, cell) for person in alone)
        assert (stage.ask(both, cell) == REFUSED) is not opened, cell.url


#: Written by hand: role, method, address, the expected answer.
GOLDEN = (
    ("visitor", "GET", "/", ALLOWED),
    ("visitor", "GET", "/compte", TO_SIGN_IN),
    ("visitor", "GET", "/devis/{sold}", TO_SIGN_IN),
    ("visitor", "GET", "/dossiers/{sold}/documents/{invoice}.pdf", TO_SIGN_IN),
    ("visitor", "GET", "/commandes/{own}", TO_SIGN_IN),
    ("visitor", "POST", "/commande/devis", REFUSED),
    ("private", "POST", "/commande/devis", REFUSED),
    ("private", "GET", "/commandes/{guests}", ABSENT),
    ("private", "GET", "/commandes/{own}", ALLOWED),
    ("not let in", "GET", "/devis/{sold}", ABSENT),
    ("not let in", "POST", "/commande/devis", REFUSED),
    ("buyer", "GET", "/devis/{sold}", ALLOWED),
    ("buyer", "GET", "/dossiers/{sold}/documents/{invoice}.pdf", ALLOWED),
    ("buyer", "POST", "/devis/{quote}/annulation", ALLOWED),
    ("accountant", "POST", "/commande/devis", REFUSED),
    ("accountant", "GET", "/dossiers/{sold}/documents/{invoice}.pdf", ALLOWED),
    ("accountant", "POST", "/devis/{quote}/annulation", REFUSED),
    ("accountant", "GET", "/compte/adresses/livraison/nouvelle", REFUSED),
    ("accountant", "GET", "/compte/adresses/service-de-paiement/nouveau", ALLOWED),
    ("reader", "GET", "/devis/{sold}", ALLOWED),
    ("reader", "POST", "/devis/{quote}/bon-de-commande", REFUSED),
    ("reader elsewhere", "GET", "/devis/{sold}", ABSENT),
    ("reader elsewhere", "GET", "/dossiers/{sold}/documents/{invoice}.pdf", ABSENT),
    ("other administrator", "GET", "/devis/{sold}", ABSENT),
    ("other buyer", "GET", "/dossiers/{sold}/documents/{invoice}.pdf", ABSENT),
    ("visitor", "GET", "/dossiers/{sold}/documents/{invoice}", TO_SIGN_IN),
    ("reader", "GET", "/dossiers/{sold}/documents/{invoice}", ALLOWED),
    ("reader elsewhere", "GET", "/dossiers/{sold}/documents/{invoice}", ABSENT),
    ("other buyer", "GET", "/dossiers/{sold}/documents/{invoice}", ABSENT),
    ("other buyer", "GET", "/dossiers/{sold}/fichiers/{file}", ABSENT),
    ("other buyer", "POST", "/devis/{quote}/annulation", ABSENT),
    ("administrator", "GET", "/bureau", REFUSED),
    ("logistics", "POST", "/bureau/bons-de-commande/{quote}", REFUSED),
    ("logistics", "POST", "/bureau/livraisons/{waiting}", ALLOWED),
    ("sales", "POST", "/bureau/verifications/{body}/verification", REFUSED),
    ("sales_admin", "POST", "/bureau/bons-de-commande/{quote}", ALLOWED),
    ("sales_admin", "GET", "/bureau/paiements", REFUSED),
    ("accounting", "POST", "/bureau/livraisons/{waiting}", REFUSED),
    ("accounting", "GET", "/bureau/paiements", ALLOWED),
    ("admin", "GET", "/bureau/stock", ALLOWED),
)


def test_the_golden_cells(stage: Stage):
    world = stage.world
    named = {
        "sold": world.home,
        "own": world.own_order,
        "guests": world.guest_order,
        "quote": world.named["dossiers:number"],
        "waiting": world.named["deliveries:number"],
        "invoice": world.named["paper_id"],
        "file": world.files[0].id,
        "body": world.named["verification:organisation_id"],
    }
    wrong = []
    for role, method, address, right in GOLDEN:
        audience = Audience("by hand")
        cell = Cell("", method, address.format(**named), audience)
        got = stage.ask(world.person(role), cell)
        if got != right:
            wrong.append(f"{role:18} {method:5} {cell.url:60} expected {right}, got {got}")
    assert not wrong, "\n".join(["", *wrong])


def test_a_guest_reads_an_order_with_its_key_alone(stage: Stage):
    visitor = stage.world.person(VISITORS)
    order = f"/commandes/{stage.world.guest_order}"
    asked = [Cell("", "GET", order + key, Audience("by hand")) for key in ("", "?key=wrong")]
    assert [stage.ask(visitor, cell) for cell in asked] == [TO_SIGN_IN, ABSENT]
    opened = Cell("", "GET", f"{order}?key={GUEST_KEY}", Audience("by hand"))
    assert stage.ask(visitor, opened) == ALLOWED


def test_the_route_of_a_transition_is_for_its_roles(stage: Stage):
    for endpoint, (procedure, act) in ACTS.items():
        audience = stage.app.view_functions[endpoint].audience  # type: ignore[attr-defined]
        who = frozenset[str]().union(*(s.who for s in procedure.transitions if s.name == act))
        assert audience.roles - {READER} == who - {PROCESSOR, CLOCK}, endpoint


def test_every_transition_of_a_person_has_a_route_in_the_matrix():
    """Issuing is step 5 of the checkout; a late original is recorded as any other; a body asks
    again as its member; an amendment has no page yet; an original places its order; units are
    cancelled by a withdrawal, or by the refund that is noted.
    """
    elsewhere = {"issue", "honour_late", "ask", "amend", "place_order", "cancel_units"}
    elsewhere |= {"cancel_order", "reopen_units", "deliver_again"}  # cancellations and returns do
    for procedure in (quotes.PROCEDURE, orders.PROCEDURE):
        routed = {act for known, act in ACTS.values() if known is procedure}
        people = {
            transition.name
            for transition in procedure.transitions
            if not transition.who <= {CLOCK, PROCESSOR}
        }
        assert people - elsewhere <= routed


#: Forged requests: who, what, and the name of their journal entry.
FORGED = (
    ("accountant", "/commande/devis", "NotAllowed"),
    ("private", "/commande/devis", "QuoteWayClosed"),
    ("reader", "/devis/{quote}/annulation", "NotAllowed"),
    ("buyer", "/bureau/bons-de-commande/{quote}", "NotAllowed"),
    ("sales", "/bureau/verifications/1/verification", "NotAllowed"),
)


def test_a_forged_request_stays_in_the_journal(stage: Stage):
    quote = stage.world.named["dossiers:number"]
    for role, address, refusal in FORGED:
        person = stage.world.person(role)
        with stage.kept():
            url = address.format(quote=quote)
            assert stage.ask(person, Cell("", "POST", url, Audience("by hand"))) == REFUSED
        with stage.real.reading_session() as session:
            entry = session.scalars(
                select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)
            ).one()
        assert (entry.subject, entry.act) == ("refusal", refusal)
        assert person.viewer is not None
        assert entry.user_id == person.viewer.user_id
