"""The steps before a shop opens, in their order. Pure rules."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from shop.core.errors import N_
from shop.emails.troubles import Trouble

#: Wrong codes after which another message is sent.
MOST_WRONG_CODES = 5


class Step(StrEnum):
    """A step of the opening; its value is stored."""

    ADMINISTRATOR = "administrator"
    IDENTITY = "identity"
    MAIL = "mail"
    CARD = "card"
    DELIVERY = "delivery"
    CATALOGUE = "catalogue"
    CONDITIONS = "conditions"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the shop has so far. `confirmed` are the steps that an administrator confirmed."""

    has_secured_administrator: bool = False
    has_letterhead: bool = False
    has_product: bool = False
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line of the checklist: `missing` says what is to be done. A step of `by_hand` is done when
    an administrator confirms it.
    """

    step: Step
    label: str
    missing: str
    is_met: Callable[[Facts], bool]
    by_hand: bool = False
    compulsory: bool = True


def _confirmed(step: Step) -> Callable[[Facts], bool]:
    return lambda facts: step in facts.confirmed


REQUIREMENTS = (
    Requirement(
        Step.ADMINISTRATOR,
        N_("An administrator with a second factor"),
        N_("Set up a passkey or codes for an administrator’s account."),
        lambda facts: facts.has_secured_administrator,
    ),
    Requirement(
        Step.IDENTITY,
        N_("Legal identity, VAT number and account of the seller"),
        N_("Enter who sells: pages and papers print it."),
        lambda facts: facts.has_letterhead,
    ),
    Requirement(
        Step.MAIL,
        N_("A message that arrives"),
        N_("Send a message to an address that you read, then type its code."),
        _confirmed(Step.MAIL),
    ),
    Requirement(
        Step.CARD,
        N_("A card that is charged and paid back"),
        N_("Pay 0.50 € with your own card: it is paid back at once."),
        _confirmed(Step.CARD),
    ),
    Requirement(
        Step.DELIVERY,
        N_("Territories and delivery prices"),
        N_("Read the page of deliveries, then confirm its prices."),
        _confirmed(Step.DELIVERY),
        by_hand=True,
    ),
    Requirement(
        Step.CATALOGUE,
        N_("A product on sale"),
        N_("Put at least one product on sale."),
        lambda facts: facts.has_product,
    ),
    Requirement(
        Step.CONDITIONS,
        N_("Conditions of sale"),
        N_("Read the conditions of sale, then confirm them."),
        _confirmed(Step.CONDITIONS),
        by_hand=True,
    ),
)
BY_HAND = frozenset(one.step for one in REQUIREMENTS if one.by_hand)


def missing(facts: Facts) -> list[Requirement]:
    """The compulsory requirements that are not met: the doors stay closed until there is none."""
    return [one for one in REQUIREMENTS if one.compulsory and not one.is_met(facts)]


#: What to check for each trouble of the mail server.
ADVICE = {
    Trouble.NO_SERVER: N_(
        "The mail server does not answer. Check its name and port in SMTP_URL, and that this "
        "machine may reach it."
    ),
    Trouble.NAME: N_("The name of the mail server is not known. Check the name in SMTP_URL."),
    Trouble.SIGN_IN: N_(
        "The mail server refuses the user name or the password. Check both in SMTP_URL."
    ),
    Trouble.SENDER: N_(
        "The mail server refuses the sender’s address. Check MAIL_FROM, and that this account may "
        "send in its name."
    ),
    Trouble.RECIPIENT: N_(
        "The mail server refuses this recipient. Check the address, or use another."
    ),
    Trouble.ENCRYPTION: N_(
        "The encrypted connection cannot be made. Check that SMTP_URL begins with smtps:// on "
        "port 465 and smtp:// on port 587, and the server’s certificate."
    ),
    Trouble.REFUSED: N_("The mail server has answered with an error. Its words are below."),
    Trouble.OTHER: N_("The message did not leave. The error is below."),
}


def digits_of(typed: str) -> str:
    """A code as it was typed, without the spaces between its figures."""
    return "".join(typed.split())
