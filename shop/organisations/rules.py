"""Organisations: the states of a verification, and who may use the quote way."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shop.core.errors import N_, DomainError
from shop.core.parties import Parties
from shop.einvoicing.channel_rules import Demand, Demands
from shop.register.rules import Nature


class Verification(StrEnum):
    """The states of an organisation's verification: only VERIFIED opens the quote way."""

    UNVERIFIED = "UNVERIFIED"
    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    REFUSED = "REFUSED"
    SUSPENDED = "SUSPENDED"

    @property
    def is_verified(self) -> bool:
        """The quote way is open to a public body."""
        return self is Verification.VERIFIED

    @property
    def is_refused(self) -> bool:
        """The office has not found it to be a public body; it may ask again."""
        return self is Verification.REFUSED

    @property
    def is_suspended(self) -> bool:
        """It was verified, and the office has closed the quote way to it since."""
        return self is Verification.SUSPENDED

    @property
    def awaits_decision(self) -> bool:
        """The office has to decide."""
        return self is Verification.PENDING

    @property
    def is_undecided(self) -> bool:
        """An answer of the register may still change its nature."""
        return self in (Verification.UNVERIFIED, Verification.PENDING)

    @property
    def is_closed(self) -> bool:
        """The office has refused or suspended the body, with a reason."""
        return self in (Verification.REFUSED, Verification.SUSPENDED)

    @property
    def is_card_only(self) -> bool:
        """There is nothing to verify: a private organisation."""
        return self is Verification.UNVERIFIED


#: For queries: bodies that wait for the office, those that it has verified, those to which it has
#: closed the quote way, and those with nothing to verify.
AWAITING_DECISION = (Verification.PENDING,)
VERIFIED = (Verification.VERIFIED,)
CLOSED = (Verification.REFUSED, Verification.SUSPENDED)
CARD_ONLY = (Verification.UNVERIFIED,)


class EngagementRule(StrEnum):
    """Whether the body's invoices need a commitment number."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    UNKNOWN = "unknown"


def engagement_rule_of(parties: Parties, of_the_body: EngagementRule) -> EngagementRule:
    """The rule of the paying service; the body's own when that is not known."""
    service = parties.paying_service
    rule = EngagementRule(service.engagement_rule) if service else EngagementRule.UNKNOWN
    return of_the_body if rule is EngagementRule.UNKNOWN else rule


def demands_of(parties: Parties, engagement_rule: EngagementRule, service_code: Demand) -> Demands:
    """What a body demands on the invoices of a sale."""
    return Demands(service_code, Demand(engagement_rule_of(parties, engagement_rule)))


class Grouping(StrEnum):
    """Whether the deliveries of an order are invoiced as they are made, or by calendar month."""

    DELIVERY = "delivery"
    MONTH = "month"


class FileForm(StrEnum):
    """What the paying service receives by e-mail: one joined PDF, or a ZIP of the documents."""

    PDF = "pdf"
    ZIP = "zip"


#: Addresses that receive a copy of each invoice of an organisation.
MOST_COPIES = 3


class TooManyCopies(DomainError):
    sentence = N_("At most %(most)s addresses receive a copy of the invoices.")
    status = 422


@dataclass(frozen=True, slots=True)
class Invoicing:
    """How an organisation receives its invoices: the `form` of the file for its paying service,
    whether the buyer is told when an invoice takes another way than an e-mail (`announces`), and
    the addresses that receive a copy.
    """

    form: FileForm = FileForm.PDF
    announces: bool = False
    copies: tuple[str, ...] = ()


def distinct_copies(addresses: Iterable[str]) -> tuple[str, ...]:
    """The addresses, each once whatever its case, in their order. Raises TooManyCopies."""
    found = {address.casefold(): address for address in reversed(list(addresses)) if address}
    if len(found) > MOST_COPIES:
        raise TooManyCopies(most=MOST_COPIES)
    return tuple(reversed(found.values()))


class QuoteWayClosed(DomainError):
    sentence = N_("Quotes are reserved for verified public bodies. You can pay this cart by card.")
    status = 403
    suspicious = True


class OrganisationNotVerified(DomainError):
    sentence = N_(
        "Your organisation is not verified yet: we must confirm that it is a public body "
        "before we issue a quote. You will receive an e-mail as soon as it is verified."
    )
    status = 403
    suspicious = True


class DelayTooLong(DomainError):
    sentence = N_("By law this organisation must pay within %(most)s days. Enter %(most)s or less.")
    status = 422


def ensure_delay(days: int, *, most: int) -> None:
    """A payment delay that may be agreed, in days; `most` is the maximum of the body's legal
    category (Code de la commande publique, R. 2192-10 and R. 2192-11). Raises DelayTooLong.
    """
    if not 1 <= days <= most:
        raise DelayTooLong(most=most)


def first_state(nature: Nature) -> Verification:
    """A private organisation has nothing to verify; any other waits for a decision of the
    office.
    """
    return Verification.UNVERIFIED if nature is Nature.PRIVATE else Verification.PENDING


def is_public_body(nature: Nature | None, verification: Verification | None) -> bool:
    """A public body that the shop has verified. Both None: a private person.

    A category that contains public and private bodies counts once the office has decided.
    """
    named = nature in (Nature.PUBLIC, Nature.REVIEW)
    return named and verification is Verification.VERIFIED


def ensure_quote_way(nature: Nature | None, verification: Verification | None) -> None:
    """Only a verified public body may issue a quote. Raises the refusal that says what is
    missing.
    """
    if is_public_body(nature, verification):
        return
    if nature is None or verification is None or nature is Nature.PRIVATE:
        raise QuoteWayClosed
    raise OrganisationNotVerified(verification=str(verification))
