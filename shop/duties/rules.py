"""Pairs of acts that the same person does not do on the same dossier, in one table. Pure rules.

Orders are not recorded, and money is not moved, on the word of one person. A shop of one person
lifts the rule by a setting; what is then done is marked in the journal and on the paper.
"""

from dataclasses import dataclass

from shop.core.errors import N_, DomainError

#: The fact of a journal entry, and of a paper, that says which rule was lifted.
ALONE = "alone"


class RecordedByYou(DomainError):
    sentence = N_("You recorded the original of this order: another person issues its credit note.")
    status = 422


class AskedByYou(DomainError):
    sentence = N_("You asked for this change: another person confirms it.")
    status = 422


class SamePerson(DomainError):
    sentence = N_("You ordered this transfer: another person confirms it.")
    status = 422


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the table: whoever did one of the acts `first` does not do `second`."""

    key: str
    first: tuple[str, ...]
    second: str
    about: str
    refusal: type[DomainError]


CREDIT = Duty(
    "credit",
    ("record_original", "honour_late"),
    "issue_credit_note",
    N_("Whoever records an original does not issue a credit note of its order"),
    RecordedByYou,
)
BANK = Duty(
    "bank",
    ("ask_bank_change",),
    "confirm_bank_change",
    N_("Whoever asks for another account of the shop does not confirm it"),
    AskedByYou,
)
REFUND = Duty(
    "refund",
    ("order_transfer",),
    "confirm_transfer",
    N_("Whoever orders the transfer of a credit note does not confirm it"),
    SamePerson,
)
TRANSFER_BACK = Duty(
    "transfer_back",
    ("order_transfer_back",),
    "confirm_return",
    N_("Whoever orders a transfer back does not confirm it"),
    SamePerson,
)

DUTIES = (CREDIT, BANK, REFUND, TRANSFER_BACK)
