"""The money that credit notes give back, pure rules: the account, and the two persons."""

from stdnum import iban

from shop.core.actors import Actor
from shop.core.errors import N_, Changed, DomainError


class RefundNotOrdered(Changed):
    sentence = N_("This refund has not been ordered: it is still to be made.")


class CardRefundOrdered(Changed):
    sentence = N_("This refund to the card has already been ordered.")


class CardDidNotTake(Changed):
    sentence = N_("The card did not accept this refund: order a transfer.")


class TransferOrdered(Changed):
    sentence = N_("The transfer of this refund has already been ordered.")


class RefundedBefore(Changed):
    sentence = N_("This refund has already been made.")


class NotPaidByCard(DomainError):
    sentence = N_("This invoice was not paid by card: order a transfer.")
    status = 422


class CardGaveBack(DomainError):
    sentence = N_(
        "Only %(left)s of this payment can still be refunded to the card: the rest was refunded or "
        "disputed. Order a transfer."
    )
    status = 422


class AccountNotValid(DomainError):
    sentence = N_("This IBAN is not valid. Check it, figure by figure.")
    status = 422


class SamePerson(DomainError):
    sentence = N_("You ordered this transfer: another person confirms it.")
    status = 422


class TransferReferenceMissing(DomainError):
    sentence = N_("Enter the reference of the transfer, as the bank shows it.")
    status = 422


class SendingBackReasonMissing(DomainError):
    sentence = N_("Give the reason why the transfer is not made.")
    status = 422


def ensure_account(typed: str) -> str:
    """The IBAN without spaces. Raises AccountNotValid."""
    account = iban.compact(typed)
    if not iban.is_valid(account):
        raise AccountNotValid
    return account


def ensure_another_person(by: Actor, *, user_id: int | None, name: str) -> None:
    """Whoever ordered a transfer does not confirm it. Raises SamePerson."""
    if (by.user_id, by.name) == (user_id, name) or (by.user_id and by.user_id == user_id):
        raise SamePerson
