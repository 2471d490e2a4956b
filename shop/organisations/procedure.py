"""The verification of an organisation.

    UNVERIFIED ── ask ──> PENDING ── verify ──> VERIFIED ── suspend ──> SUSPENDED
                             │                     ^                       │
                             └─ refuse ─> REFUSED ─┴─────── verify ────────┘
                                             └── ask ──> PENDING

One line a step: from · act · to · who may · proof kept.
"""

from shop.ground.actors import ADMIN, CUSTOMER, SALES, SALES_ADMIN
from shop.ground.errors import N_
from shop.ground.workflow import Procedure, Step, roles
from shop.organisations.rules import Verification

_OFFICE = roles(SALES_ADMIN, ADMIN)
_EVIDENCE = "the evidence on the person, who decided, when"

PROCEDURE = Procedure(
    "verification",
    (
        Step(
            (Verification.UNVERIFIED, Verification.REFUSED),
            "ask",
            Verification.PENDING,
            roles(CUSTOMER),
            "the SIRET and the name given",
            N_("Ask for the verification again"),
        ),
        Step(
            (Verification.PENDING, Verification.REFUSED, Verification.SUSPENDED),
            "verify",
            Verification.VERIFIED,
            _OFFICE,
            _EVIDENCE,
            N_("Verify this body"),
        ),
        Step(
            (Verification.PENDING,),
            "refuse",
            Verification.REFUSED,
            _OFFICE,
            "the reason, mailed to the members",
            N_("Refuse with this reason"),
        ),
        Step(
            (Verification.VERIFIED,),
            "suspend",
            Verification.SUSPENDED,
            _OFFICE,
            "the reason, mailed to the members",
            N_("Suspend with this reason"),
        ),
        Step(
            (Verification.VERIFIED,),
            "set_terms",
            None,
            roles(SALES, SALES_ADMIN, ADMIN),
            "the engagement rule, the payment delay, the account manager",
            N_("Keep these terms"),
        ),
        Step(
            (Verification.PENDING, Verification.VERIFIED),
            "prove_domain",
            None,
            _OFFICE,
            "the e-mail domain, where the office found it",
        ),
        Step(
            tuple(Verification),
            "withdraw_domain",
            None,
            _OFFICE,
            "the e-mail domain, who, when",
            N_("Withdraw this domain"),
        ),
    ),
)
