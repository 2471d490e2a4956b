"""The verification of an organisation.

    registered as public, or unknown ──> PENDING      registered as private ──> UNVERIFIED
    UNVERIFIED <── turn_to_card, found_public ──> PENDING        (what the register answers later)

                          PENDING ── verify ──> VERIFIED ── suspend ──> SUSPENDED
                             │ ^                 │   ^                      │
                             │ └── ask_change ───┤   └──────── verify ──────┘
                             │                   └─ confirm (yearly) ─> VERIFIED
                             ├─ accept_change, decline_change ─> VERIFIED
                             └─ refuse ─> REFUSED ── ask, ask_change ─> PENDING

One line a transition: from · transition · to · who may · evidence kept.
"""

from shop.core.actors import ADMIN, CLOCK, CUSTOMER, SALES, SALES_ADMIN
from shop.core.errors import N_
from shop.core.rights import ADMINISTER
from shop.core.workflow import Procedure, Transition, roles
from shop.organisations.rules import Verification

_OFFICE = roles(SALES_ADMIN, ADMIN)
#: The worker, when the register answers; the office, when it asks the register again.
_REGISTER = _OFFICE | roles(CLOCK)
_EVIDENCE = "the evidence on the person, who decided, when"

PROCEDURE = Procedure(
    "verification",
    (
        Transition(
            (Verification.REFUSED,),
            "ask",
            Verification.PENDING,
            roles(CUSTOMER),
            "who asks again, when",
            N_("Request verification again"),
        ),
        Transition(
            (Verification.PENDING,),
            "turn_to_card",
            Verification.UNVERIFIED,
            _REGISTER,
            "what the register answered: a private legal category",
        ),
        Transition(
            (Verification.UNVERIFIED,),
            "found_public",
            Verification.PENDING,
            _REGISTER,
            "what the register answered: no private legal category",
        ),
        Transition(
            tuple(Verification),
            "learn",
            None,
            _REGISTER,
            "what the register answered, its source, when",
        ),
        Transition(
            (Verification.UNVERIFIED, Verification.PENDING, Verification.REFUSED),
            "send_letter",
            None,
            ADMINISTER.who | _OFFICE,
            "the letter, its sha256, who brought it",
            N_("Send this letter"),
        ),
        Transition(
            (Verification.VERIFIED, Verification.SUSPENDED),
            "send_letter",
            None,
            _OFFICE,
            "the letter, its sha256, who brought it",
        ),
        Transition(
            (Verification.PENDING, Verification.REFUSED, Verification.SUSPENDED),
            "verify",
            Verification.VERIFIED,
            _OFFICE,
            _EVIDENCE,
            N_("Verify this organisation"),
        ),
        Transition(
            (Verification.VERIFIED,),
            "set_aside",
            None,
            _OFFICE,
            "the member whom no evidence speaks of waits again, told by e-mail",
        ),
        Transition(
            (Verification.PENDING,),
            "refuse",
            Verification.REFUSED,
            _OFFICE,
            "the reason, mailed to the administrators",
            N_("Refuse for this reason"),
        ),
        Transition(
            (Verification.VERIFIED,),
            "suspend",
            Verification.SUSPENDED,
            _OFFICE,
            "the reason, mailed to the administrators",
            N_("Suspend for this reason"),
        ),
        Transition(
            (Verification.VERIFIED,),
            "confirm",
            Verification.VERIFIED,
            _OFFICE,
            "the evidence, or the register asked again and the member still there",
            N_("Confirm for one year"),
        ),
        Transition(
            (Verification.PENDING, Verification.VERIFIED, Verification.REFUSED),
            "ask_change",
            Verification.PENDING,
            ADMINISTER.who,
            "the name or the SIRET wanted, the reason",
            N_("Request this change"),
        ),
        Transition(
            (Verification.PENDING,),
            "accept_change",
            Verification.VERIFIED,
            _OFFICE,
            "what was applied, " + _EVIDENCE,
            N_("Apply this change"),
        ),
        Transition(
            (Verification.PENDING,),
            "decline_change",
            Verification.VERIFIED,
            _OFFICE,
            "the reason, mailed to the administrators; the body was verified before",
            N_("Decline for this reason"),
        ),
        Transition(
            (Verification.PENDING,),
            "decline_first_change",
            None,
            _OFFICE,
            "the reason, mailed to the administrators; the body still waits",
        ),
        Transition(
            (Verification.VERIFIED,),
            "set_terms",
            None,
            roles(SALES, SALES_ADMIN, ADMIN),
            "the commitment number rule, the payment period, the account manager",
            N_("Save these terms"),
        ),
    ),
)
