"""The codes of the statuses of invoices, of the reform and of Chorus Pro: what each tells, and by
whom.
"""

from enum import StrEnum


class Party(StrEnum):
    """Who says something of an invoice."""

    PLATFORM = "platform"
    RECIPIENT = "recipient"
    SHOP = "shop"


#: The transition that each code tells: of the reform, then of Chorus Pro. « A_RECYCLER » is the
#: portal's word for a wrong recipient, service or commitment number; « REJETEE » the recipient's.
TOLD: dict[str, str] = {
    "200": "deposit_invoice",
    "201": "deposit_invoice",
    "202": "receive_invoice",
    "203": "make_available",
    "204": "take_in_charge",
    "205": "accept_invoice",
    "206": "accept_invoice",
    "207": "dispute_invoice",
    "208": "interrupt_payment",
    "209": "resume_payment",
    "210": "refuse_invoice",
    "211": "announce_payment",
    "212": "collect_invoice",
    "213": "reject_invoice",
    "DEPOSEE": "deposit_invoice",
    "EN_COURS_ACHEMINEMENT": "deposit_invoice",
    "MISE_A_DISPOSITION": "make_available",
    "A_RECYCLER": "reject_invoice",
    "REJETEE": "refuse_invoice",
    "SUSPENDUE": "interrupt_payment",
    "COMPLETEE": "resume_payment",
    "SERVICE_FAIT": "accept_invoice",
    "MANDATEE": "accept_invoice",
    "MISE_A_DISPOSITION_COMPTABLE": "accept_invoice",
    "COMPTABILISEE": "accept_invoice",
    "MISE_EN_PAIEMENT": "announce_payment",
}
#: Who tells each; what is not here, the shop records of itself.
TELLERS: dict[str, Party] = {
    "deposit_invoice": Party.PLATFORM,
    "receive_invoice": Party.PLATFORM,
    "make_available": Party.PLATFORM,
    "reject_invoice": Party.PLATFORM,
    "take_in_charge": Party.RECIPIENT,
    "accept_invoice": Party.RECIPIENT,
    "dispute_invoice": Party.RECIPIENT,
    "interrupt_payment": Party.RECIPIENT,
    "resume_payment": Party.RECIPIENT,
    "refuse_invoice": Party.RECIPIENT,
    "announce_payment": Party.RECIPIENT,
}
#: What is told with its reason.
REASONED = frozenset(
    {"dispute_invoice", "interrupt_payment", "refuse_invoice", "reject_invoice", "correct_status"}
)
