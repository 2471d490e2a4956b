"""The index of the search box: whatever has a number, a name or an amount is in it."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Table, delete, select, text

from app import HOLDINGS
from checkout.orders.models import Order
from checkout.returns.models import Return
from shop.core.lookup_terms import number_terms, read_asked
from shop.core.paths import ROOT
from shop.dossiers.models import Paper
from shop.dossiers.papers import CONTRARY_NOTE, DELIVERY_NOTE, ORDER_FORM, QUOTE
from shop.organisations.models import Organisation, OrganisationContact
from shop.people.models import User
from shop.people.people import actor_of
from shop.privacy.personal_data import erase
from shop.storage.db import Base, Database
from shop.storage.lookup import LookupKind, LookupTerm, looked_up_classes, source_of
from shop.storage.lookup_search import look_up
from shop.storage.outbox import Email
from tests.factories import AT, make_buyer, make_person, make_shop
from tests.orders import make_card_order, make_ordered, make_quote
from tests.world import make_world

pytestmark = pytest.mark.each_database

#: Columns that hold what people look up by.
ASKED = {"number", "name", "email", "phone", "siret", "siren", "customer_code", "tracking", "to"}
ASKED |= {"reference", "engagement", "purchase_order", "serial", "payer", "wording", "end_to_end"}
ASKED |= {"bank_reference"}
_ON_PAPER = "printed on the document, whose content is indexed"
_COPY = "a copy of what another row is found by"
_GOODS = "the catalogue has a search of its own"
_FORM = "what a form keeps until it is sent again"
#: Indexed by a trigger of the database.
BY_TRIGGER = {"outbox"}
#: Tables that have such a column and are not in the index, and why.
LEFT_OUT = {
    "quotes": "found as its dossier",
    "signatory_links": "on the page of their quote, which is found",
    "invoices": _ON_PAPER,
    "credit_notes": _ON_PAPER,
    "delivery_notes": _ON_PAPER,
    "contrary_notes": _ON_PAPER,
    "delivery_packages": _ON_PAPER,
    "delivery_serials": _ON_PAPER,
    "delivery_acknowledgements": "the recipient's name, on the page of the delivery note",
    "delivery_acceptances": "told on the page of the delivery note",
    "deposits": _COPY,
    "batch_items": _COPY,
    "card_trials": "the reference is the processor's: an administrator reads the latest trial",
    "product_import_lines": _COPY,
    "client_quote_lines": "of a quote in preparation, which its client's record names",
    "reminders": _COPY,
    "payments": _COPY,
    "transfer_parts": "the transfer that gives money back: found by the one that brought it",
    "credit_refunds": "found by its credit note",
    "card_payments": "found by the order that it paid",
    "payment_links": "listed on one page of the office, and found by the order that it became",
    "price_agreements": "found on the record of its clients, and on the list of agreements",
    "questions": "found on the desk of questions, which searches them",
    "withdrawals": "found by their order",
    "jobs": "the name of a job of the worker: all are on one page",
    "drafts": _FORM,
    "home_versions": "the number of a version is read on the page of the office that has it",
    "email_wordings": "the number of a version is read on the page of its e-mail",
    "text_versions": "the number of a version is read on the page of its text",
    "stock_alerts": "told by e-mail once, and deleted",
    **dict.fromkeys(("public_bodies", "public_body_words"), "the register has its own search"),
    "register_checks": "evidence about an establishment, which is found",
    "passkeys": "the name that a person gave to a key",
    **dict.fromkeys(("categories", "brands", "usages", "products"), _GOODS),
    **dict.fromkeys(("photographs", "photograph_files"), "pictures of goods, on their page"),
    **dict.fromkeys(("order_lines", "quote_lines", "stock_movements"), _GOODS),
}


def tables() -> dict[str, Table]:
    return dict(Base.metadata.tables)


def test_whatever_people_look_up_by_is_indexed_or_left_out_for_a_reason():
    asked = {
        name: {column.name for column in table.columns if column.name in ASKED}
        for name, table in tables().items()
    }
    known = looked_up_classes()
    indexed = BY_TRIGGER | set(known)
    missing = {name for name, found in asked.items() if found and name not in indexed}
    assert missing == set(LEFT_OUT)
    unread = {
        name: found - set(known[name].looked_up)  # type: ignore[attr-defined]
        for name, found in asked.items()
        if name in known and found - set(known[name].looked_up)  # type: ignore[attr-defined]
    }
    assert unread == {}


def terms(database: Database) -> set[tuple[object, ...]]:
    columns = LookupTerm.__table__.columns
    with database.reading() as connection:
        return set(map(tuple, connection.execute(select(*columns))))


def migration() -> ModuleType:
    """The migration that fills the index, as Python."""
    [path] = Path(ROOT / "migrations/versions").glob("*_terms_of_the_search_box.py")
    spec = importlib.util.spec_from_file_location("terms_of_the_search_box", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def former_columns(connection: Connection) -> Iterator[None]:
    """What the migration reads and a later one has renamed, with its values."""
    connection.execute(text("ALTER TABLE users ADD COLUMN staff_role VARCHAR(60)"))
    connection.execute(text("UPDATE users SET staff_role = trim(staff_roles, ',')"))
    yield
    connection.execute(text("ALTER TABLE users DROP COLUMN staff_role"))


def test_what_was_stored_before_has_the_terms_of_what_is_stored_now(database: Database):
    make_world(database)
    written = terms(database)
    assert {term[0] for term in written} >= {"dossier", "order", "invoice", "movement", "email"}
    with database.write_engine.begin() as connection:
        connection.execute(delete(LookupTerm))
        operations = Operations.context(MigrationContext.configure(connection))
        with former_columns(connection), operations:
            migration().fill()
    assert terms(database) == written


def test_every_row_that_is_looked_up_has_its_terms_and_no_other(database: Database):
    make_world(database)
    with database.reading_session() as session:
        found = set(session.scalars(select(LookupTerm.source)))
        for kind in looked_up_classes().values():
            for row in session.scalars(select(kind)):
                expected = {term for one in row.lookup_entries(session) for term in one.terms}
                assert bool(expected) == (source_of(row) in found), source_of(row)
                found.discard(source_of(row))
        emails = {f"outbox:{number}" for number in session.scalars(select(Email.id))}
    assert found == emails


def test_rows_that_may_be_deleted_take_their_terms_with_them(database: Database):
    kept = {
        name
        for name, kind in looked_up_classes().items()
        if any(hasattr(kind, rule) for rule in ("written_once", "frozen_columns"))
    }
    assert set(migration().DELETED) == (set(looked_up_classes()) | BY_TRIGGER) - kept
    with database.transaction() as session:
        buyer = make_buyer(session)
        contact = OrganisationContact(
            organisation_id=buyer.organisation_id,
            function="payer",
            name="Odile",
            phone="",
            email="",
        )
        session.add(contact)
    assert "odile" in {term[1] for term in terms(database)}
    with database.transaction() as session:
        session.execute(delete(OrganisationContact))
    assert "odile" not in {term[1] for term in terms(database)}


def test_a_new_name_takes_the_place_of_the_old_one_on_the_dossiers_too(database: Database):
    with database.transaction() as session:
        buyer = make_buyer(session, name="Paul Lenoir")
        make_quote(session, buyer, make_shop(session))
    with database.transaction() as session:
        session.get_one(Organisation, buyer.organisation_id).name = "Commune de Bellême"
        session.get_one(User, buyer.user_id).name = "Paul Leblanc"
    known = {(term[0], term[1]) for term in terms(database)}
    assert {("client", "belleme"), ("dossier", "belleme"), ("dossier", "leblanc")} <= known
    assert not {("person", "lenoir"), ("dossier", "lenoir")} & known


def test_a_transaction_that_is_undone_leaves_no_term(database: Database):
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        make_person(session, at=AT, email="z@x.example")
        session.flush()
        raise ZeroDivisionError
    assert terms(database) == set()


def test_a_change_of_something_else_leaves_the_terms_as_they_are(database: Database):
    with database.transaction() as session:
        number = make_ordered(session).number
    before = terms(database)
    assert number_terms(number) <= {str(term[1]) for term in before if term[0] == "order"}
    with database.transaction() as session:
        session.scalars(select(Organisation)).one().payment_delay_days = 45
    assert terms(database) == before


def test_an_erased_person_is_found_no_more(database: Database):
    with database.transaction() as session:
        user = make_person(session, at=AT, email="zoe@x.example", name="Zoé L’Hôte")
        lines = make_shop(session)
        make_card_order(session, lines[:1], user_id=user.id)
    assert ("person", "zoe@x.example") in {term[:2] for term in terms(database)}
    with database.transaction() as session:
        erased = session.get_one(User, user.id)
        by = actor_of(erased)
        erase(session, erased, HOLDINGS, confirmed=erased.email, by=by, at=AT)
    named = {term[:2] for term in terms(database) if term[1] in ("zoe", "hote", "zoe@x.example")}
    assert named == {("email", "zoe@x.example")}, "the e-mail that tells them so is not sent yet"


def test_whatever_was_issued_is_found_by_its_number(database: Database):
    make_world(database)
    with database.reading_session() as session:
        issued = [
            (kind, row.id, row.number)
            for kind, row in (
                *((LookupKind.ORDER, row) for row in session.scalars(select(Order))),
                *((LookupKind.RETURN, row) for row in session.scalars(select(Return))),
                *((kind_of(row), row) for row in session.scalars(select(Paper))),
            )
            if kind is not None
        ]
        for kind, number_id, number in issued:
            series, year, serial = number.split("-")
            for typed in (number, f"{series} {int(serial)}", f"{year}-{int(serial)}"):
                found = look_up(session, read_asked(typed), [kind], size=50)
                named = {hit.subject_id for one in found for hit in one.hits if hit.named}
                assert number_id in named, (kind, typed)
    assert len({kind for kind, _id, _number in issued}) == 4


def kind_of(paper: Paper) -> LookupKind | None:
    """A quote is found as its dossier, and so is the purchase order filled in from it."""
    if paper.kind in (QUOTE, ORDER_FORM):
        return None
    return (
        LookupKind.DELIVERY if paper.kind in (DELIVERY_NOTE, CONTRARY_NOTE) else LookupKind.INVOICE
    )
