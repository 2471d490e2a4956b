"""Payment links: how long one may be paid, and the refusals. Pure rules."""

from datetime import date, timedelta

from shop.core.errors import N_, Changed, DomainError, NotFound

#: Days after the day of sending, which the link may be paid on.
MOST_DAYS, USUAL_DAYS = 30, 7
#: Characters of the words for the client.
LONGEST_WORDS = 600


class DaysNotPossible(DomainError):
    sentence = N_("A link may be paid for 1 to %(most)s days.")
    status = 422


class LinkWordsTooLong(DomainError):
    sentence = N_("The words for the client have at most %(most)s characters.")
    status = 422


class RevocationReasonMissing(DomainError):
    sentence = N_("Say why the link is revoked.")
    status = 422


class LinkNotPayable(DomainError):
    sentence = N_("This link can no longer be paid: its last day is over, or we have revoked it.")


class LinkRateChanged(DomainError):
    sentence = N_("The VAT rate has changed since this link was sent: another sale is needed.")


class LinkClientErased(DomainError):
    sentence = N_("The personal data of this client were erased: nothing is sent to them.")


class TermsNotTicked(DomainError):
    sentence = N_("Accept the terms of sale before you pay.")
    status = 422


class LinkGone(Changed):
    sentence = N_("This sale was sent or given up meanwhile.")


class NoSuchLink(NotFound):
    """No link has that token."""


def ensure_offer(days: int, words: str) -> None:
    """Raises DaysNotPossible, LinkWordsTooLong."""
    if not 1 <= days <= MOST_DAYS:
        raise DaysNotPossible(most=MOST_DAYS)
    if len(words) > LONGEST_WORDS:
        raise LinkWordsTooLong(most=LONGEST_WORDS)


def last_day_after(days: int, sent_on: date) -> date:
    """The last day on which the link may be paid, included."""
    return sent_on + timedelta(days=days)
