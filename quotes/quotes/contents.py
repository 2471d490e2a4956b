"""What the document of a quote shows, frozen; who accepted what, and whom it was drawn for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from quotes.quotes.models import Quote
from quotes.quotes.renewal import Difference
from quotes.quotes.rules import Acceptance, promised_days
from quotes.quotes.validity import last_day_at
from shop.clients.account_managers import account_manager_of
from shop.core.actors import Actor
from shop.core.parties import Parties
from shop.core.sales import Buyer, Sale
from shop.core.series import QUOTE
from shop.core.text import paris_day
from shop.dossiers.content import contact_content, paper_content, postal_lines
from shop.dossiers.papers import QUOTE as QUOTE_PAPER
from shop.letterheads.letterheads import current_letterhead
from shop.organisations.models import Organisation
from shop.settings.numbering import prefix_at
from shop.settings.settings import settings_known
from shop.settings.vat import changes_after
from shop.texts.texts import terms_at

#: The service that originals are sent to, on the shop's own (French) letterhead.
SALES_OFFICE = "administration des ventes"


@dataclass(frozen=True, slots=True)
class Renewal:
    """The quote that a new one renews, and what differs from it at today's prices."""

    of: Quote
    differences: Sequence[Difference] = ()

    def facts(self) -> dict[str, Any]:
        """For the journal and the e-mail."""
        changes = [difference.to_json() for difference in self.differences]
        return {"renewed_from": self.of.number, "changes": changes}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the office decides of a quote that it draws for a client: the `recipient`, the buyer of
    the sale, the last day, the words for them, the discounts and the delivery price `granted`.
    """

    recipient: str
    valid_until: date
    words: str = ""
    granted: Mapping[str, Any] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """For the journal."""
        return {"drawn_for": self.recipient, **self.granted}


NOT_A_RENEWAL: dict[str, Any] = {"renewed_from": "", "changes": []}


def preview_quote(
    session: Session,
    sale: Sale,
    organisation: Organisation,
    drawn: Drawn,
    *,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    """All that the document of a quote would show if it was issued now: without its number."""
    accepted = acceptance_of(session, drawn, sale.buyer, by=by, at=at)
    unnumbered = f"{prefix_at(session, QUOTE, at)}-…"
    content = content_of_quote(session, unnumbered, sale, organisation, accepted, at=at)
    return content | offered(session, drawn, at=at)


def offered(session: Session, source: Renewal | Drawn | None, *, at: datetime) -> dict[str, Any]:
    """What the document says of the offer itself."""
    if isinstance(source, Drawn):
        return {"valid_until": source.valid_until.isoformat(), "words": source.words or None}
    return {"valid_until": last_day_at(session, at).isoformat()}


def content_of_quote(
    session: Session,
    number: str,
    sale: Sale,
    organisation: Organisation,
    accepted: Acceptance,
    *,
    at: datetime,
) -> dict[str, Any]:
    """All that the document of the quote shows, frozen."""
    seller = current_letterhead(session)
    manager = account_manager_of(session, organisation)
    is_accepted = not accepted.drawn_by
    return paper_content(
        QUOTE_PAPER,
        number,
        sale,
        issued_on=paris_day(at).isoformat(),
        seller=seller,
        references={"quote": number, "service_code": _service_code(sale.parties)},
        promised_days=promised_days(sale.expected_on, paris_day(at)),
        conditions_version=accepted.version,
        accepted_by=accepted.name if is_accepted else None,
        accepted_at=accepted.at.isoformat() if is_accepted else None,
        drawn_by=accepted.drawn_by or None,
        drawn_for=accepted.name if accepted.drawn_by else None,
        purchase_order_address=postal_lines(seller, SALES_OFFICE),
        account_manager=contact_content(manager) if manager else None,
        vat_changes=_vat_changes(session, sale, at),
    )


def _vat_changes(session: Session, sale: Sale, at: datetime) -> list[dict[str, Any]]:
    """The changes of the rates of its lines that are known when it is drawn."""
    known = changes_after(settings_known(session), paris_day(at))
    rates = {line.vat_rate for line in sale.lines}
    return [change.to_json() for change in known if change.before in rates]


def acceptance_of(
    session: Session,
    source: Renewal | Drawn | None,
    buyer: Buyer,
    *,
    by: Actor,
    at: datetime,
) -> Acceptance:
    """The buyer's own, now, of the conditions in force; when staff renews, that of the quote that
    is renewed; none of a quote that the office draws.
    """
    if isinstance(source, Drawn):
        name, version = source.recipient, terms_at(session, at)
        return Acceptance(buyer.user_id, name, buyer.email, at, version, drawn_by=by.name)
    if source is None or not by.is_staff:
        return Acceptance(by.user_id, by.name, buyer.email, at, terms_at(session, at))
    of = source.of
    version = of.conditions_version
    return Acceptance(of.user_id, of.accepted_by, of.email, of.accepted_at, version, of.drawn_by)


def _service_code(parties: Parties) -> str | None:
    return (parties.paying_service.service_code or None) if parties.paying_service else None
