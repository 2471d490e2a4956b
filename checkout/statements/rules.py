"""Bank statements, pure values and refusals: what a file says, and why it cannot be read."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.core.folding import fold_name
from shop.core.money import Money, total


class StatementRefused(DomainError):
    """Why a file is not read: nothing of it is kept but the file."""

    sentence = N_("This file is not a bank statement that can be read.")
    status = 422


class StatementEmpty(StatementRefused):
    sentence = N_("This file is empty: export the statement from the bank again.")


class StatementTooLarge(StatementRefused):
    sentence = N_(
        "This file is larger than %(limit)s MB. Export the statement for a shorter period."
    )


class StatementBroken(StatementRefused):
    sentence = N_("This file is damaged or cut off: it cannot be read. Export it again.")


class StatementUnsafe(StatementRefused):
    sentence = N_(
        "This file declares a document type or entities, which no bank statement does: it is not "
        "read."
    )


class NotAStatement(StatementRefused):
    sentence = N_(
        "This is not a statement of the form CAMT.053 (versions 02 to 08), nor a CSV file. Export "
        "the statement in one of these forms."
    )


class NoMovements(StatementRefused):
    sentence = N_("This statement has no movement: nothing is to be done about it.")


class StatementUnbalanced(StatementRefused):
    sentence = N_(
        "Opening balance %(opened)s, movements %(moved)s: this makes %(counted)s, but the closing "
        "balance is %(closed)s. The file is incomplete: export it again."
    )


class StatementReadBefore(StatementRefused):
    sentence = N_("This file was read before, on %(day)s: nothing of it is read again.")
    status = 409


class ColumnMissing(StatementRefused):
    sentence = N_("Choose the column of the day, of the wording, and of the amount.")


class LineUnreadable(StatementRefused):
    sentence = N_("Line %(line)s: “%(text)s” is not %(what)s. Correct the columns or the format.")


class TooManyMovements(StatementRefused):
    sentence = N_(
        "This statement has more than %(most)s movements. Export it for a shorter period."
    )


class MovementOpen(Changed):
    sentence = N_("This movement has not been left out: it is to be decided.")


class MovementBooked(Changed):
    sentence = N_("This movement is booked already: nothing was booked again.")


class MovementAside(Changed):
    sentence = N_("This movement is set aside already, as unidentified money.")


class MovementKnown(Changed):
    sentence = N_("This movement was linked to a transfer recorded before.")


class MovementLeftOut(Changed):
    sentence = N_("This movement was left out: take it up again first.")


class SharesDiffer(DomainError):
    sentence = N_("The invoices come to %(shared)s, the transfer to %(amount)s. Correct an amount.")
    status = 422


class RestNotKept(DomainError):
    sentence = N_(
        "%(rest)s of this transfer is left. Enter another invoice, or tick that it is kept as the "
        "client’s credit."
    )
    status = 422


class NoShare(DomainError):
    sentence = N_("Enter the number of an invoice and the amount that it receives.")
    status = 422


class InvoiceTwice(DomainError):
    sentence = N_("Invoice %(number)s is named twice. Enter one amount for it.")
    status = 422


class InvoiceUnknown(DomainError):
    sentence = N_("No invoice has the number %(number)s. Check it.")
    status = 422


class LeavingOutReasonMissing(DomainError):
    sentence = N_("Give the reason why this movement is no payment of a client.")
    status = 422


class TransferUnlike(DomainError):
    sentence = N_("That transfer is of another amount, or of another movement of the bank.")
    status = 422


class Out(StrEnum):
    """Why a movement is left out when it is read; `BY_HAND`: a person says why."""

    DEBIT = "debit"
    REVERSED = "reversed"
    FOREIGN = "foreign"
    BY_HAND = "by_hand"


#: A statement of a day of a busy shop has some hundred movements.
MOST_MOVEMENTS = 5_000
MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a statement. `amount` is signed, in `currency` (cents of it); `bank_reference`
    is the bank's own number of it, `end_to_end` the payer's. `is_reversal`: it takes an earlier one
    back. `is_pending`: the bank has not booked it yet, and it is no part of the balance.
    """

    booked_on: date
    amount: Money
    wording: str
    payer: str = ""
    end_to_end: str = ""
    bank_reference: str = ""
    currency: str = "EUR"
    is_reversal: bool = False
    is_pending: bool = False

    @property
    def out(self) -> Out | None:
        """Why it is no payment of a client."""
        if self.currency != "EUR":
            return Out.FOREIGN
        if self.is_reversal:
            return Out.REVERSED
        return Out.DEBIT if self.amount <= Money() else None


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """One statement of a file; balances are None where the file has none (CSV)."""

    account: str
    movements: tuple[Movement, ...]
    opened: Money | None = None
    closed: Money | None = None
    currency: str = "EUR"


def ensure_balanced(read: ReadStatement) -> None:
    """The opening balance and the booked movements make the closing balance. Raises
    StatementUnbalanced.
    """
    if read.opened is None or read.closed is None:
        return
    moved = total([one.amount for one in read.movements if not one.is_pending])
    counted = read.opened + moved
    if counted != read.closed:
        raise StatementUnbalanced(
            opened=read.opened, moved=moved, counted=counted, closed=read.closed
        )


def keys_of(account: str, movements: Iterable[Movement]) -> list[str]:
    """The key of each movement: the same in every file that contains it.

    With the bank's own reference where there is one, else with the wording; movements that are
    alike to the last letter are numbered in their order, since a day is never cut in a file.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for one in movements:
        said = (one.bank_reference,) if one.bank_reference else _said(one)
        parts = (account, one.booked_on.isoformat(), str(one.amount.cents), one.currency, *said)
        seen[parts] += 1
        text = "\x1f".join((*parts, str(seen[parts])))
        found.append(hashlib.sha256(text.encode()).hexdigest())
    return found


def _said(one: Movement) -> tuple[str, ...]:
    return (fold_name(one.wording), one.end_to_end, fold_name(one.payer))


def ensure_shares(
    shares: Sequence[tuple[str, Money]], *, amount: Money, keep: bool = False
) -> Money:
    """What the invoices leave of a transfer, where it may be kept. Raises NoShare, InvoiceTwice,
    SharesDiffer, RestNotKept.
    """
    numbers = [number for number, _amount in shares]
    if not shares or any(not number or share <= Money() for number, share in shares):
        raise NoShare
    for number in numbers:
        if numbers.count(number) > 1:
            raise InvoiceTwice(number=number)
    shared = total([share for _number, share in shares])
    if shared > amount:
        raise SharesDiffer(shared=shared, amount=amount)
    rest = amount - shared
    if rest and not keep:
        raise RestNotKept(rest=rest)
    return rest
