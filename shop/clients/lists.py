"""The list of clients: organisations found by name, code, SIRET or member, filtered and sorted."""

from typing import Any

from sqlalchemy import CompoundSelect, Select, false, select, union_all
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.core.folding import fold_reference
from shop.members.models import Membership
from shop.organisations.models import Establishment, Organisation
from shop.organisations.rules import AWAITING_DECISION, CARD_ONLY, CLOSED, VERIFIED
from shop.people.models import User
from shop.register.rules import Nature
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.folded import has_words
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

_SORTS = (
    Sort("name", N_("Organisation"), (Organisation.name_key,)),
    Sort("code", N_("Customer code"), (Organisation.customer_code,)),
    Sort("since", N_("Registered on"), (Organisation.created_at,)),
)
_FILTERS = (
    Filter(
        "state",
        N_("Status"),
        (
            Choice("verified", N_("verified"), Organisation.verification.in_(VERIFIED)),
            Choice("pending", N_("pending"), Organisation.verification.in_(AWAITING_DECISION)),
            Choice("closed", N_("refused or suspended"), Organisation.verification.in_(CLOSED)),
            Choice("unverified", N_("not verified"), Organisation.verification.in_(CARD_ONLY)),
        ),
    ),
    Filter(
        "kind",
        N_("Kind"),
        (
            Choice("public", N_("public bodies"), Organisation.nature == Nature.PUBLIC),
            Choice("review", N_("to review"), Organisation.nature == Nature.REVIEW),
            Choice(
                "private", N_("companies and associations"), Organisation.nature == Nature.PRIVATE
            ),
        ),
    ),
)


def clients(session: Session, wanted: str = "", place: Place = FIRST) -> Page[Organisation]:
    """Organisations by name, a page at a time; with `wanted`, those that have its words in
    their name or in the name of a member, or that it numbers: by code, SIRET or a member's e-mail,
    whole or in part.
    """
    statement = select(Organisation)
    if wanted:
        statement = statement.where(
            has_words(Organisation.name_key, wanted)
            | Organisation.id.in_(_with_member(wanted))
            | Organisation.id.in_(_numbered(fold_reference(wanted)))
        )
    order = (Organisation.name_key, Organisation.name, Organisation.id)
    rows = Listing(statement, order, Organisation.id, _FILTERS, _SORTS, "name")
    return page_of(session, rows, place).of(lambda row: row[0])


def _with_member(wanted: str) -> Select[int]:
    email = User.email.startswith(wanted.strip().casefold(), autoescape=True)
    return (
        select(Membership.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(has_words(User.name_key, wanted) | email)
    )


def _numbered(key: str) -> CompoundSelect[Any]:
    """The organisations with this customer code (« 42 » is C-000042) or beginning of a SIRET."""
    number = key.removeprefix("c")
    code = Organisation.customer_code
    by_code = (code == f"C-{number:0>6}") | code.startswith(f"C-{number}", autoescape=True)
    by_siret = Establishment.siret.startswith(key, autoescape=True)
    is_number = number.isascii() and number.isdigit()
    return union_all(
        select(Organisation.id).where(by_code if is_number else false()),
        select(Establishment.organisation_id).where(by_siret if is_number else false()),
    )
