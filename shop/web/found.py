"""What the search box finds of `shop/`: dossiers, clients, e-mails."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.dossiers.models import Dossier
from shop.members.models import Membership
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.storage.lookup import LookupKind
from shop.storage.outbox import Email
from shop.web.kit.found import FoundKind, FoundRow, Opens, Target

#: The client of a dossier: the organisation, the person, or a guest's address.
CLIENT = func.coalesce(Organisation.name, User.name, Dossier.email)


def with_client(statement: Any) -> Any:
    """A statement on dossiers, with their clients."""
    return statement.outerjoin(Organisation, Organisation.id == Dossier.organisation_id).outerjoin(
        User, User.id == Dossier.user_id
    )


def dossier_page(number: str) -> Target:
    return Target("quotes.show", {"number": number})


def told(*parts: str) -> str:
    """What is said of a result, in a line."""
    return " · ".join(filter(None, parts))


def _dossiers(session: Session, ids: Sequence[int], _opens: Opens) -> dict[int, FoundRow]:
    columns = select(Dossier.id, Dossier.number, Dossier.title, CLIENT, Dossier.opened_at)
    rows = session.execute(with_client(columns).where(Dossier.id.in_(ids)))
    return {
        row[0]: FoundRow(dossier_page(row[1]), row[1], told(row[3], row[2]), row[4], dossier=row[1])
        for row in rows
    }


def _organisations(session: Session, ids: Sequence[int], _opens: Opens) -> dict[int, FoundRow]:
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {
        one.id: FoundRow(_client_page(one.id), one.name, one.customer_code, one.created_at)
        for one in rows
    }


def _people(session: Session, ids: Sequence[int], _opens: Opens) -> dict[int, FoundRow]:
    """Members lead to their organisation, private customers to their record."""
    rows = session.execute(
        select(User, Organisation.id, Organisation.name)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(User.id.in_(ids))
    )
    return {
        person.id: FoundRow(
            _client_page(body_id)
            if body_id is not None
            else Target("clients.person", {"user_id": person.id}),
            person.name,
            told(body or _("Private customer"), person.email, person.phone),
            person.created_at,
        )
        for person, body_id, body in rows
    }


def _emails(session: Session, ids: Sequence[int], _opens: Opens) -> dict[int, FoundRow]:
    rows = session.execute(
        select(Email.id, Email.to, Email.subject, Email.created_at, Email.is_sent, Dossier.number)
        .outerjoin(Dossier, Dossier.id == Email.dossier_id)
        .where(Email.id.in_(ids))
    )
    return {
        row.id: FoundRow(
            dossier_page(row.number) if row.number else None,
            row.to,
            told(
                row.subject or "", row.number or "", "" if row.is_sent else _("waiting to be sent")
            ),
            row.created_at,
            dossier=row.number or "",
        )
        for row in rows
    }


def _client_page(organisation_id: int) -> Target:
    return Target("clients.show", {"organisation_id": organisation_id})


FOUND_KINDS = (
    FoundKind(LookupKind.DOSSIER, _l("Files"), "quotes.show", _dossiers, for_buyers=True),
    FoundKind(LookupKind.CLIENT, _l("Organisations"), "clients.show", _organisations),
    FoundKind(LookupKind.PERSON, _l("People"), "clients.show", _people),
    FoundKind(LookupKind.EMAIL, _l("E-mails"), "office.show_email", _emails),
)
