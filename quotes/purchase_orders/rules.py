"""The conformity of an original: five ticks, all required, and the amount of the quote."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from shop.core.errors import N_, Changed, DomainError
from shop.core.money import Money
from shop.organisations.rules import EngagementRule

REQUIREMENTS = ("original_paper", "letterhead", "dated", "signed", "stamped")


class Mistake(DomainError):
    """A mistake of an original, or of its record; `also` are the others that it has."""

    status = 422
    also: tuple["Mistake", ...] = ()


class DocumentsMissing(DomainError):
    """`documents` are the kinds that are missing."""

    sentence = N_(
        "Before the first order of %(organisation)s is recorded, these documents are wanted: "
        "%(documents)s. Log the original as received: it is kept meanwhile."
    )
    status = 422


class NoDocumentWanted(DomainError):
    sentence = N_("No document is awaited any more: record the original.")


class OriginalLogged(Changed):
    sentence = N_("The original of this quote is already logged as received.")


class NotConforming(Mistake):
    sentence = N_(
        "All five points must be ticked: original on paper, letterhead, date, signature, stamp."
    )


class WrongAmount(Mistake):
    sentence = N_(
        "The purchase order is for %(given)s and the quote for %(expected)s: the difference of "
        "%(difference)s is not accepted. An administrator of the shop can accept it with a reason."
    )


class CommitmentNumberMissing(Mistake):
    sentence = N_(
        "This organisation requires its commitment number on the purchase order. Enter it."
    )


class ServiceCodeMissing(Mistake):
    sentence = N_("This organisation requires the service code of its paying service. Enter it.")


class ReferenceUsedBefore(Mistake):
    sentence = N_(
        "Purchase order %(reference)s has already been used for %(number)s. Confirm that this "
        "is a different purchase order."
    )


class ReceivedInFuture(Mistake):
    sentence = N_(
        "The date of the purchase order, or the date received, is in the future. Correct it."
    )


class DatedTooEarly(Mistake):
    sentence = N_(
        "The purchase order is dated before the quote to which it refers. Check its date."
    )


class ReceivedBeforeDated(Mistake):
    sentence = N_("The purchase order is dated after the day it was received. Check both dates.")


class BodyNotVerified(DomainError):
    """The body was suspended after its quote: nothing is reserved, nothing is ordered."""

    sentence = N_(
        "%(organisation)s is not verified at the moment: its purchase orders cannot be recorded "
        "until it is verified again."
    )


class GivingUpReasonMissing(DomainError):
    sentence = N_("Give the reason for awaiting this original no longer.")
    status = 422


class ScanMissing(Mistake):
    sentence = N_("Attach a scan of the original: it is kept with the record.")


class LateReasonMissing(Mistake):
    sentence = N_("Give the reason for accepting this late original.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the sender of a copy of a purchase order says of it, if they like: its number and day,
    the numbers by which its accountant pays, who signed it and as what.
    """

    reference: str = ""
    dated_on: date | None = None
    engagement: str = ""
    service_code: str = ""
    signatory_name: str = ""
    signatory_capacity: str = ""


@dataclass(frozen=True, slots=True)
class Conformity:
    """What the staff have read on the original, and where they file it.

    `amount` includes VAT; `tolerance` is the difference from the quote that the shop accepts
    without a reason, `difference_reason` why it accepts a greater one. `reuse_confirmed` answers
    ReferenceUsedBefore.
    """

    reference: str
    dated_on: date
    signatory_name: str
    signatory_capacity: str
    amount: Money
    received_on: date
    filed_at: str
    original_paper: bool
    letterhead: bool
    dated: bool
    signed: bool
    stamped: bool
    engagement: str = ""
    service_code: str = ""
    difference_reason: str = ""
    reuse_confirmed: bool = False
    tolerance: Money = Money()  # noqa: RUF009 - frozen: one zero serves all

    def accepts(self, difference: Money) -> bool:
        """Whether a difference from the quote, above or below, needs no reason."""
        return max(difference, -difference) <= self.tolerance

    @property
    def missing(self) -> list[str]:
        return [name for name in REQUIREMENTS if not getattr(self, name)]


def mistakes_in(
    record: Conformity,
    *,
    quoted: Money,
    engagement_rule: EngagementRule,
    pays_by_code: bool,
    quoted_on: date | None,
    today: date,
) -> list[Mistake]:
    """All five ticks, the amount of the quote (to some cents, or another one with a reason), the
    commitment number where the body requires one, the service code where its paying service has
    one, days in their order. `quoted_on` is None for a renewal: its purchase order may be older
    than it.

    Found are NotConforming, WrongAmount, CommitmentNumberMissing, ServiceCodeMissing,
    ReceivedInFuture, ReceivedBeforeDated, DatedTooEarly.
    """
    found = _in_the_amount(record, quoted)
    if record.missing:
        found.insert(0, NotConforming(missing=", ".join(record.missing)))
    if engagement_rule is EngagementRule.REQUIRED and not record.engagement:
        found.append(CommitmentNumberMissing())
    if pays_by_code and not record.service_code:
        found.append(ServiceCodeMissing())
    return found + _in_the_days(record, quoted_on, today)


def ensure_no_mistake(found: Sequence[Mistake]) -> None:
    """Raises the first of the mistakes, with all the others."""
    if found:
        found[0].also = tuple(found[1:])
        raise found[0]


def _in_the_amount(record: Conformity, quoted: Money) -> list[Mistake]:
    difference = record.amount - quoted
    if record.accepts(difference) or record.difference_reason:
        return []
    absolute = max(difference, -difference)
    return [WrongAmount(given=record.amount, expected=quoted, difference=absolute)]


def _in_the_days(record: Conformity, quoted_on: date | None, today: date) -> list[Mistake]:
    found: list[Mistake] = []
    if max(record.dated_on, record.received_on) > today:
        found.append(ReceivedInFuture())
    elif record.received_on < record.dated_on:
        found.append(ReceivedBeforeDated())
    if quoted_on is not None and record.dated_on < quoted_on:
        found.append(DatedTooEarly())
    return found


#: The fields that are stored; the tolerance is a setting of the shop.
FIELDS = tuple(field.name for field in fields(Conformity) if field.name != "tolerance")
