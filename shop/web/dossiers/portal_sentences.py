"""The sentences of the journal about deposits on Chorus Pro, for journal.py."""

from shop.core.errors import N_

#: act → (title, the rest of the sentence).
SENTENCES: dict[str, tuple[str, str]] = {
    "request_deposit": (N_("Deposit on Chorus Pro asked for"), N_("%(number)s")),
    "record_deposit": (
        N_("Deposited on Chorus Pro by hand"),
        N_("%(number)s, on %(on)s, flow %(flow)s."),
    ),
    "hold_deposit": (
        N_("Deposit on Chorus Pro stopped"),
        N_("%(number)s breaks the rule %(reason)s."),
    ),
    "begin_deposit": (N_("Deposit on Chorus Pro begun"), N_("%(number)s")),
    "put_off": (N_("Chorus Pro out of reach"), N_("%(number)s will be sent later.")),
    "refuse_deposit": (N_("Deposit refused by Chorus Pro"), N_("%(number)s: %(reason)s")),
    "lose_answer": (
        N_("Answer of Chorus Pro lost"),
        N_("%(number)s is looked up before it is sent again."),
    ),
    "note_flow": (N_("Deposited on Chorus Pro"), N_("%(number)s, flow %(flow)s.")),
    "resend": (
        N_("Deposit to be sent again"),
        N_("Chorus Pro does not know %(number)s."),
    ),
    "doubt_deposit": (
        N_("Deposit to be looked at"),
        N_("It cannot be told whether Chorus Pro has %(number)s."),
    ),
    "reject_flow": (N_("Deposit rejected by Chorus Pro"), N_("%(number)s: %(reason)s")),
    "integrate_flow": (N_("Received by Chorus Pro"), N_("%(number)s, flow %(flow)s.")),
    "confirm_flow": (N_("Deposit found on Chorus Pro"), N_("%(number)s, flow %(flow)s.")),
    "send_again": (N_("Deposit to be sent again"), N_("%(number)s is not on the portal.")),
    "note_status": (
        N_("Status on Chorus Pro"),
        N_("%(number)s, since %(on)s. %(reason)s"),
    ),
    "abandon_deposit": (
        N_("Deposit on Chorus Pro abandoned"),
        N_("%(number)s. Reason: %(reason)s"),
    ),
    "close_deposit": (
        N_("Deposit on Chorus Pro closed"),
        N_("%(number)s is not sent any more: %(replaced_by)s took its place."),
    ),
}

#: What the status of the portal adds to its entry.
ADDED: dict[tuple[str, str, bool | str | None], str] = {
    ("note_status", "status", "DEPOSEE"): N_("Deposited."),
    ("note_status", "status", "EN_COURS_ACHEMINEMENT"): N_("On its way."),
    ("note_status", "status", "MISE_A_DISPOSITION"): N_("Made available to the public body."),
    ("note_status", "status", "A_RECYCLER"): N_("Wrong recipient: to be sent to another one."),
    ("note_status", "status", "SUSPENDUE"): N_("Suspended: a document is missing."),
    ("note_status", "status", "COMPLETEE"): N_("Completed."),
    ("note_status", "status", "REJETEE"): N_("Rejected by the public body."),
    ("note_status", "status", "SERVICE_FAIT"): N_("Service done: accepted."),
    ("note_status", "status", "MANDATEE"): N_("Payment ordered."),
    ("note_status", "status", "MISE_A_DISPOSITION_COMPTABLE"): N_("With the public accountant."),
    ("note_status", "status", "COMPTABILISEE"): N_("Entered in the accounts."),
    ("note_status", "status", "MISE_EN_PAIEMENT"): N_("Being paid."),
}
