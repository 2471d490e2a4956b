"""The states of a membership, and of the invitation that may begin it.

    – ── register ──────────> IN            the first who names a SIREN administers it
    – ── ask_to_join ───────┐
    – ── accept_invitation ─┴──> WAITING ── let_in ──> IN ── remove_member, leave ──> GONE
                                   │ ^                 │
                                   │ └─────────────────┘ leave_domain, set_aside
                                   └── remove_member, leave ──> GONE

`set_aside` follows the verification of the organisation (shop/verification/procedure.py).
The e-mail domains proven for a body (DOMAINS) say whom its administrators may let in themselves.

One line a transition: from · transition · to · who may · evidence kept.
"""

from datetime import datetime
from enum import StrEnum

from shop.core.actors import ADMIN, CUSTOMER, SALES_ADMIN, Actor
from shop.core.errors import N_
from shop.core.rights import ADMINISTER
from shop.core.workflow import Procedure, Transition, roles
from shop.organisations.rules import Verification


class MembershipState(StrEnum):
    """The states of a membership."""

    WAITING = "WAITING"
    IN = "IN"
    GONE = "GONE"


class InvitationState(StrEnum):
    """The states of an invitation; a WAITING one becomes EXPIRED with time."""

    WAITING = "WAITING"
    EXPIRED = "EXPIRED"
    ACCEPTED = "ACCEPTED"
    REVOKED = "REVOKED"

    @property
    def is_waiting(self) -> bool:
        """Its link is still valid."""
        return self is InvitationState.WAITING

    @property
    def is_expired(self) -> bool:
        """Its seven days are over; it may be sent again."""
        return self is InvitationState.EXPIRED

    @property
    def is_accepted(self) -> bool:
        return self is InvitationState.ACCEPTED

    @property
    def is_open(self) -> bool:
        """It may be sent again, or withdrawn."""
        return self in (InvitationState.WAITING, InvitationState.EXPIRED)


_OFFICE = roles(SALES_ADMIN, ADMIN)
_PERSON = roles(CUSTOMER)

MEMBERSHIPS = Procedure(
    "membership",
    (
        Transition((), "register", MembershipState.IN, _PERSON, "the SIRET and the name given"),
        Transition(
            (), "ask_to_join", MembershipState.WAITING, _PERSON, "the SIRET and the name given"
        ),
        Transition(
            (), "accept_invitation", MembershipState.WAITING, _PERSON, "the link of the e-mail"
        ),
        Transition(
            (MembershipState.WAITING,),
            "recommend",
            None,
            ADMINISTER.who,
            "the note for the office, who wrote it",
        ),
        Transition(
            (MembershipState.WAITING,),
            "let_in",
            MembershipState.IN,
            ADMINISTER.who | _OFFICE,
            "by an administrator: the address at a proven domain; by the office: the evidence",
        ),
        Transition(
            (MembershipState.IN,),
            "change_rights",
            None,
            ADMINISTER.who,
            "the rights before and after, told by e-mail",
        ),
        Transition(
            (MembershipState.WAITING, MembershipState.IN),
            "appoint_administrator",
            MembershipState.IN,
            _OFFICE,
            "no administrator is left; the evidence on the successor",
        ),
        Transition(
            (MembershipState.IN,),
            "leave_domain",
            MembershipState.WAITING,
            _PERSON,
            "the domain of the body that the person left with their address, told by e-mail",
        ),
        Transition(
            (MembershipState.IN,),
            "set_aside",
            MembershipState.WAITING,
            _OFFICE,
            "no evidence speaks of the member of a body that is verified; told by e-mail",
        ),
        Transition(
            (MembershipState.WAITING, MembershipState.IN),
            "remove_member",
            MembershipState.GONE,
            ADMINISTER.who | _OFFICE,
            "the rights that the person had, told by e-mail",
        ),
        Transition(
            (MembershipState.WAITING, MembershipState.IN),
            "leave",
            MembershipState.GONE,
            _PERSON,
            "the rights that the person had",
        ),
    ),
)

INVITATIONS = Procedure(
    "invitation",
    (
        Transition(
            (), "invite", InvitationState.WAITING, ADMINISTER.who, "the address and the rights"
        ),
        Transition(
            (InvitationState.WAITING, InvitationState.EXPIRED),
            "resend_invitation",
            InvitationState.WAITING,
            ADMINISTER.who,
            "the number of the new e-mail; the link of the older one opens no more",
        ),
        Transition(
            (InvitationState.WAITING, InvitationState.EXPIRED),
            "revoke_invitation",
            InvitationState.REVOKED,
            ADMINISTER.who,
            "who, when",
        ),
        Transition(
            (InvitationState.WAITING,),
            "accept_invitation",
            InvitationState.ACCEPTED,
            _PERSON,
            "the account that accepted, whose address the link confirms",
        ),
    ),
)

DOMAINS = Procedure(
    "domain",
    (
        Transition(
            (Verification.PENDING, Verification.VERIFIED),
            "prove_domain",
            None,
            _OFFICE,
            "the e-mail domain, where the office found it",
        ),
        Transition(
            tuple(Verification),
            "withdraw_domain",
            None,
            _OFFICE,
            "the e-mail domain, who, when",
            N_("Withdraw this domain"),
        ),
    ),
)


def membership_state(*, is_in: bool) -> MembershipState:
    """The state of a membership."""
    return MembershipState.IN if is_in else MembershipState.WAITING


def ensure_membership(name: str, *, is_in: bool, by: Actor) -> Transition:
    """The transition. Approving a member again is allowed, for the second press of a button: it
    changes nothing. Raises NotAllowed, IllegalTransition.
    """
    return MEMBERSHIPS.ensure(name, membership_state(is_in=is_in and name != "let_in"), by)


def waits_after(transition: Transition) -> bool:
    """Whether the person waits for a decision after the transition."""
    return transition.target is MembershipState.WAITING


def invitation_state(
    *,
    accepted_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
    at: datetime,
) -> InvitationState:
    """The state of an invitation; the whole of the seventh day counts."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.WAITING if at < expires_at else InvitationState.EXPIRED
