"""The account that customers pay to, pure: its check digits, and why a change is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stdnum import bic, iban

from shop.core.errors import N_, Changed, DomainError
from shop.core.text import one_line


class ChangeAsked(Changed):
    sentence = N_("This change has not been decided yet.")


class ChangeConfirmed(Changed):
    sentence = N_("This change is confirmed already.")


class ChangeRefused(Changed):
    sentence = N_("This change was refused: ask for it again if it is right after all.")


class IbanNotValid(DomainError):
    sentence = N_("This IBAN is not valid. Check it, figure by figure.")
    status = 422


class BicNotValid(DomainError):
    sentence = N_("This BIC is not valid: it has 8 or 11 characters. Check it.")
    status = 422


class HolderMissing(DomainError):
    sentence = N_("Enter the holder of the account, as the bank knows it.")
    status = 422


class SameAccount(DomainError):
    sentence = N_("This is the account in force: nothing would change.")
    status = 422


class ChangeReasonMissing(DomainError):
    sentence = N_("Give the reason: the administrators are sent it.")
    status = 422


class AnotherChangeWaits(DomainError):
    sentence = N_("Another change waits to be decided: confirm or refuse it first.")


class AccountChanged(DomainError):
    sentence = N_(
        "The account in force is no longer the one that this change was asked for: refuse it, and "
        "ask again."
    )


@dataclass(frozen=True, slots=True)
class BankAccount:
    """The account as invoices print it; `name` is that of the bank."""

    holder: str
    iban: str
    bic: str
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def grouped(self) -> str:
        """The IBAN in groups of four."""
        return str(iban.format(self.iban))


def account_from(content: Mapping[str, Any]) -> BankAccount:
    """The account of a letterhead."""
    return BankAccount(
        str(content.get("holder") or ""),
        str(content.get("iban") or ""),
        str(content.get("bic") or ""),
        str(content.get("name") or ""),
    )


def ensure_account(asked: BankAccount) -> BankAccount:
    """The account without spaces in its numbers. Raises HolderMissing, IbanNotValid,
    BicNotValid.
    """
    number, code = iban.compact(asked.iban), bic.compact(asked.bic)
    if not one_line(asked.holder):
        raise HolderMissing
    if not iban.is_valid(number):
        raise IbanNotValid
    if not bic.is_valid(code):
        raise BicNotValid
    return BankAccount(one_line(asked.holder), number, code, one_line(asked.name))
