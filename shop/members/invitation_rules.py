"""Invitations: how long a link is valid, how many may be sent, and the refusals. Pure rules."""

from datetime import datetime, timedelta

from shop.core.days import end_of_day, paris_day
from shop.core.errors import N_, DomainError
from shop.members.procedure import InvitationState

#: How long the link of an e-mail is valid, in Paris days, and how soon another e-mail may follow.
DAYS_GOOD, BETWEEN_EMAILS = 7, timedelta(minutes=5)
#: Invitations that one organisation may send in a day: a department's team, not a mailing list. An
#: organisation that is not verified was not checked by anybody yet.
MOST_A_DAY, MOST_A_DAY_UNVERIFIED = 50, 10


class TooSoon(DomainError):
    sentence = N_(
        "An e-mail was sent less than five minutes ago. Wait a moment before sending another one."
    )


class TooManyInvitations(DomainError):
    sentence = N_(
        "Your organisation has sent %(most)s invitations today. You can send more tomorrow."
    )


class AlreadyIn(DomainError):
    sentence = N_("%(email)s already belongs to your organisation.")
    status = 422


class AlreadyAsking(DomainError):
    sentence = N_(
        "%(email)s has already asked to join your organisation: see the pending requests."
    )
    status = 422


class AlreadyInvited(DomainError):
    sentence = N_("%(email)s has already been invited. You can send the e-mail again.")
    status = 422


class InvitationOver(DomainError):
    sentence = N_("This invitation is no longer valid.")
    status = 410


class InvitationReplaced(InvitationOver):
    sentence = N_(
        "This link has been replaced by a newer e-mail. Open the link in the last e-mail that "
        "you received."
    )


class InvitationExpired(InvitationOver):
    sentence = N_(
        "This invitation was valid for seven days and has expired. Ask the person who invited "
        "you to send it again."
    )


class InvitationRevoked(InvitationOver):
    sentence = N_("This invitation has been withdrawn. Ask the person who invited you why.")


class InvitationUsed(InvitationOver):
    sentence = N_(
        "This invitation has already been accepted: sign in with the address to which it was sent."
    )


class AnotherAddress(DomainError):
    sentence = N_(
        "This invitation was sent to an address other than that of your account: sign out, "
        "then open the link again."
    )
    status = 403


class StaffBuyForNobody(DomainError):
    sentence = N_("An account of the shop's staff cannot belong to an organisation.")


#: Why an invitation in that state no longer opens; None for one that does.
_OVER: dict[InvitationState, type[InvitationOver] | None] = {
    InvitationState.WAITING: None,
    InvitationState.EXPIRED: InvitationExpired,
    InvitationState.REVOKED: InvitationRevoked,
    InvitationState.ACCEPTED: InvitationUsed,
}


def ensure_opens(state: InvitationState) -> None:
    """Whether its link is valid. Raises InvitationExpired, InvitationRevoked or InvitationUsed."""
    refusal = _OVER[state]
    if refusal is not None:
        raise refusal


def good_until(at: datetime) -> datetime:
    """The first instant after the seventh Paris day that follows the day of the e-mail."""
    return end_of_day(paris_day(at) + timedelta(days=DAYS_GOOD))


def ensure_another_email(last: datetime, *, at: datetime) -> None:
    """A second click sends no second e-mail. Raises TooSoon."""
    if at - last < BETWEEN_EMAILS:
        raise TooSoon


def ensure_few(sent: int, *, verified: bool) -> None:
    """`sent` e-mails were sent in a day. Raises TooManyInvitations."""
    most = MOST_A_DAY if verified else MOST_A_DAY_UNVERIFIED
    if sent >= most:
        raise TooManyInvitations(most=most)
