"""The states of a price agreement.

    – ── draft_agreement ──> DRAFT ── sign_agreement ──> SIGNED ── end_agreement ──> ENDED
                               │
                               └── withdraw_agreement ──> WITHDRAWN

Only a signed one gives prices, from its first to its last day. What it says is changed while it is
a draft. One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ADMIN, SALES, SALES_ADMIN
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class AgreementState(StrEnum):
    """SIGNED: by the client; its prices apply between its days. ENDED: before its last day."""

    DRAFT = "DRAFT"
    SIGNED = "SIGNED"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"


_DRAFT = AgreementState.DRAFT
#: Who prepares agreements, and who puts them in force.
PREPARING = (SALES, SALES_ADMIN, ADMIN)
DECIDING = (SALES_ADMIN, ADMIN)

PROCEDURE = Procedure(
    "price agreement",
    (
        Transition(
            (),
            "draft_agreement",
            _DRAFT,
            roles(*PREPARING),
            "the reference, the subject and the days",
            N_("Prepare an agreement"),
        ),
        Transition(
            (_DRAFT,),
            "change_agreement",
            None,
            roles(*PREPARING),
            "what was changed: the days, an organisation, a condition",
            N_("Save"),
        ),
        Transition(
            (_DRAFT,),
            "sign_agreement",
            AgreementState.SIGNED,
            roles(*DECIDING),
            "the day of the signature and who signed for the client; the e-mail to the"
            " administrators of the organisations",
            N_("Put in force"),
        ),
        Transition(
            (_DRAFT,),
            "withdraw_agreement",
            AgreementState.WITHDRAWN,
            roles(*PREPARING),
            "the reason",
            N_("Give the draft up"),
        ),
        Transition(
            (AgreementState.SIGNED, AgreementState.ENDED),
            "attach_copy",
            None,
            roles(*PREPARING),
            "the signed file with its sha256, and the organisation that signed it",
            N_("Attach the signed copy"),
        ),
        Transition(
            (AgreementState.SIGNED,),
            "end_agreement",
            AgreementState.ENDED,
            roles(*DECIDING),
            "the reason",
            N_("End the agreement"),
        ),
    ),
)
