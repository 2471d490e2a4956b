"""The life of a membership, and of the invitation that may begin it.

    – ── register ──────────> IN            the first who names a SIREN administers it
    – ── ask to join ───┐
    – ── accept ────────┴──> WAITING ── let in ──> IN ── remove, leave ──> GONE
                                 └──── remove, leave ──> GONE
    IN ── set aside ──> WAITING           by the verification of the body, see its procedure

The e-mail domains proven for a body (DOMAINS) say whom its administrators may let in themselves.

One line a transition: from · transition · to · who may · evidence kept.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from shop.core.actors import ADMIN, CUSTOMER, SALES_ADMIN, Actor
from shop.core.days import end_of_day, paris_day
from shop.core.errors import N_, DomainError
from shop.core.rights import ADMINISTER
from shop.core.workflow import Procedure, Transition, roles
from shop.organisations.rules import Verification


class Standing(StrEnum):
    """Where a person stands with an organisation."""

    WAITING = "WAITING"
    IN = "IN"
    GONE = "GONE"


class InvitationState(StrEnum):
    """What became of an invitation; EXPIRED is what the clock makes of a WAITING one."""

    WAITING = "WAITING"
    EXPIRED = "EXPIRED"
    ACCEPTED = "ACCEPTED"
    REVOKED = "REVOKED"

    @property
    def is_waiting(self) -> bool:
        """Its link may still be opened."""
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
        Transition((), "register", Standing.IN, _PERSON, "the SIRET and the name given"),
        Transition((), "ask_to_join", Standing.WAITING, _PERSON, "the SIRET and the name given"),
        Transition((), "accept_invitation", Standing.WAITING, _PERSON, "the link of the e-mail"),
        Transition(
            (Standing.WAITING,),
            "recommend",
            None,
            ADMINISTER.who,
            "the note for the office, who wrote it",
        ),
        Transition(
            (Standing.WAITING,),
            "let_in",
            Standing.IN,
            ADMINISTER.who | _OFFICE,
            "by an administrator: the address at a proven domain; by the office: the evidence",
        ),
        Transition(
            (Standing.IN,),
            "change_rights",
            None,
            ADMINISTER.who,
            "the rights before and after, told by letter",
        ),
        Transition(
            (Standing.WAITING, Standing.IN),
            "appoint_administrator",
            Standing.IN,
            _OFFICE,
            "no administrator is left; the evidence on the successor",
        ),
        Transition(
            (Standing.IN,),
            "leave_domain",
            Standing.WAITING,
            _PERSON,
            "the domain of the body that he left with his address, told by letter",
        ),
        Transition(
            (Standing.WAITING, Standing.IN),
            "remove_member",
            Standing.GONE,
            ADMINISTER.who | _OFFICE,
            "the rights that he had, told by letter",
        ),
        Transition(
            (Standing.WAITING, Standing.IN),
            "leave",
            Standing.GONE,
            _PERSON,
            "the rights that he had",
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
            "the number of the new letter; the link of the older one dies",
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

#: How long a letter's link opens, in Paris days, and how soon another letter may follow.
DAYS_GOOD, BETWEEN_LETTERS = 7, timedelta(minutes=5)
#: Letters of invitation of one organisation in a day: a department's team, not a mailing list.
#: Nobody has looked yet at a body that is not verified.
MOST_A_DAY, MOST_A_DAY_UNVERIFIED = 50, 10


class TooSoon(DomainError):
    sentence = N_(
        "An e-mail was sent less than five minutes ago. Wait a moment before sending another one."
    )


class TooManyInvitations(DomainError):
    sentence = N_("Your organisation has sent %(most)s invitations today: go on tomorrow.")


class AlreadyIn(DomainError):
    sentence = N_("%(email)s belongs to your organisation already.")
    status = 422


class AlreadyAsking(DomainError):
    sentence = N_("%(email)s asks to join your organisation already: look among those who wait.")
    status = 422


class AlreadyInvited(DomainError):
    sentence = N_("%(email)s has already been invited. You can send the e-mail again.")
    status = 422


class InvitationOver(DomainError):
    sentence = N_("This invitation is no longer valid.")
    status = 410


class InvitationReplaced(InvitationOver):
    sentence = N_(
        "A newer e-mail has replaced this link. Open the link in the last one that you received."
    )


class InvitationExpired(InvitationOver):
    sentence = N_(
        "This invitation was good for seven days, which are over. Ask the person who invited you to"
        " send it again."
    )


class InvitationRevoked(InvitationOver):
    sentence = N_("This invitation was withdrawn. Ask the person who invited you why.")


class InvitationUsed(InvitationOver):
    sentence = N_("This invitation was accepted already: sign in with the address it was sent to.")


class AnotherAddress(DomainError):
    sentence = N_(
        "This invitation was sent to another address than the one of your account: sign out, then"
        " open the link again."
    )
    status = 403


class StaffBuyForNobody(DomainError):
    sentence = N_("An account of the shop's staff belongs to no organisation.")


def standing(*, is_in: bool) -> Standing:
    """The state of a membership."""
    return Standing.IN if is_in else Standing.WAITING


def ensure_membership(name: str, *, is_in: bool, by: Actor) -> Transition:
    """The transition. To let in somebody who is in already is the second press of a button, and
    allowed: it changes nothing. Raises NotAllowed, IllegalTransition."""
    return MEMBERSHIPS.ensure(name, standing(is_in=is_in and name != "let_in"), by)


def waits_after(transition: Transition) -> bool:
    """Whether the person waits for somebody's decision once the transition is made."""
    return transition.target is Standing.WAITING


def invitation_state(
    *,
    accepted_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
    at: datetime,
) -> InvitationState:
    """What became of it; the whole of the seventh day counts."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.WAITING if at < expires_at else InvitationState.EXPIRED


def ensure_opens(state: InvitationState) -> None:
    """Whether its link may be opened. Raises InvitationExpired, InvitationRevoked or
    InvitationUsed."""
    if state is InvitationState.EXPIRED:
        raise InvitationExpired
    if state is InvitationState.REVOKED:
        raise InvitationRevoked
    if state is InvitationState.ACCEPTED:
        raise InvitationUsed


def good_until(at: datetime) -> datetime:
    """The first instant after the seventh Paris day that follows the day of the letter."""
    return end_of_day(paris_day(at) + timedelta(days=DAYS_GOOD))


def ensure_another_letter(last: datetime, *, at: datetime) -> None:
    """A second click is not a second letter. Raises TooSoon."""
    if at - last < BETWEEN_LETTERS:
        raise TooSoon


def ensure_few(sent: int, *, verified: bool) -> None:
    """`sent` letters have left in a day. Raises TooManyInvitations."""
    most = MOST_A_DAY if verified else MOST_A_DAY_UNVERIFIED
    if sent >= most:
        raise TooManyInvitations(most=most)
