"""Signals of fraud, shown to the office: they never block, each says what to look at. Pure rules.

Known patterns: goods ordered in a town hall's name and sent elsewhere; an address that resembles
the body's; a large first order; a purchase order used twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shop.core.errors import N_
from shop.core.money import Money
from shop.members.domain_rules import is_free_mail, is_shared, resemblance

#: A domain that the shop has known for less than this is young.
YOUNG = timedelta(days=30)
#: The number from which it is a signal: one person mistypes, two colleagues try. Registrations and
#: SIRETs within a day, from one network address; refusals since the registration.
MANY_REGISTRATIONS, MANY_SIRETS, MANY_REFUSALS = 4, 3, 2

FAR = N_(
    "The place of delivery is in another département (%(there)s) than the organisation's "
    "addresses (%(here)s). Check that this place belongs to it."
)
FIRST_LARGE = N_(
    "First order of this organisation: %(amount)s excluding VAT, more than %(alert)s. Call the "
    "organisation back before anything is shipped."
)
YOUNG_DOMAIN = N_(
    "The domain %(domain)s has been known here for less than 30 days and is not proven. Look "
    "it up on the organisation's website."
)
LOOK_ALIKE = N_(
    "The domain %(domain)s resembles %(known)s, which is proven for %(body)s (%(how)s). "
    "Compare them letter by letter."
)
FREE_MAIL_ONLY = N_(
    "All addresses of this organisation are at free or shared e-mail domains and prove "
    "nothing: ask for a letter or call back."
)
REGISTERED_TOGETHER = N_(
    "%(count)s people registered from the same network address within a day. Compare their "
    "names and organisations."
)
SIRETS_TRIED = N_(
    "%(count)s different SIRETs were named from the same network address within a day. Ask for a"
    " letter."
)
REFUSED_BEFORE = N_(
    "Refused %(count)s times so far: this organisation, or people who asked to join it. Read "
    "the reasons first."
)
REFERENCE_ELSEWHERE = N_(
    "Purchase order number %(reference)s also served for quote %(number)s of another "
    "organisation, %(body)s. Organisations often number theirs alike."
)
RATE_CHANGED = N_(
    "Since the quote was drawn, the VAT rate %(before)s became %(after)s on %(day)s. What is "
    "delivered now is due at the new rate: renew or revise the quote if the client agrees."
)
REFERENCE_AGAIN = N_(
    "This organisation has already used purchase order number %(reference)s (%(number)s). "
    "Compare the two documents."
)


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing to look at; `sentence` is an English source sentence that names its `facts`.

    Facts under `how` are sentences themselves. `informs`: it happens without any fraud, and is
    shown as an information, apart from what is to be checked.
    """

    sentence: str
    facts: dict[str, Any]
    informs: bool = False


@dataclass(frozen=True, slots=True)
class KnownDomain:
    """A domain proven for a body, with the body's name."""

    domain: str
    body: str


def departement(postal_code: str) -> str:
    """The département of a French postal code: 2A and 2B for Corsica, three digits overseas.

    Postal codes follow the départements except for a few dozen communes served from the next one: a
    difference is a signal, no more.
    """
    code = "".join(postal_code.split())
    if len(code) != 5 or not (code.isascii() and code.isdigit()):
        return ""
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def far_deliveries(here: Iterable[str], there: Iterable[str]) -> list[Signal]:
    """Deliveries outside the départements of the body's addresses. `here`: départements; `there`:
    postal codes. A neighbouring département counts as far: the office sees that at once.
    """
    known = {one for one in here if one}
    away = sorted({departement(code) for code in there} - known - {""})
    if not known or not away:
        return []
    return [Signal(FAR, {"there": ", ".join(away), "here": ", ".join(sorted(known))})]


def first_large(amount: Money, *, ordered_before: bool, alert: Money) -> list[Signal]:
    """A first order above the set amount, both excluding VAT."""
    if ordered_before or amount <= alert:
        return []
    return [Signal(FIRST_LARGE, {"amount": amount, "alert": alert})]


def domain_signals(
    first_seen: dict[str, datetime],
    *,
    own: Iterable[str],
    known: Iterable[KnownDomain],
    at: datetime,
) -> list[Signal]:
    """Signals about the domains of the members' addresses. `first_seen`: each with the moment at
    which the shop first saw it; `own`: those proven for this body; `known`: all that are proven,
    including its own.
    """
    proven = frozenset(own)
    unproven = {
        domain: seen
        for domain, seen in sorted(first_seen.items())
        if domain not in proven and not is_free_mail(domain) and not is_shared(domain)
    }
    signals = [
        Signal(YOUNG_DOMAIN, {"domain": domain})
        for domain, seen in unproven.items()
        if at - seen < YOUNG
    ]
    others = sorted(set(known), key=lambda one: (one.domain, one.body))
    for domain in unproven:
        for other in others:
            how = resemblance(domain, other.domain)
            if how is not None:
                facts = {"domain": domain, "known": other.domain, "body": other.body, "how": how}
                signals.append(Signal(LOOK_ALIKE, facts))
                break
    if first_seen and not unproven and not proven.intersection(first_seen):
        signals.append(Signal(FREE_MAIL_ONLY, {}))
    return signals


def attempt_signals(*, registrations: int, sirets: int, refusals: int) -> list[Signal]:
    """The number of attempts: registrations and SIRETs from one network address, refusals."""
    counted = (
        (REGISTERED_TOGETHER, registrations, MANY_REGISTRATIONS),
        (SIRETS_TRIED, sirets, MANY_SIRETS),
        (REFUSED_BEFORE, refusals, MANY_REFUSALS),
    )
    return [Signal(sentence, {"count": n}) for sentence, n, least in counted if n >= least]
