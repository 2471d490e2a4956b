"""Evidence that a person acts for a body: one of three complete proofs. Pure rules.

The register proves that the body exists, never who buys for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.core.errors import N_, DomainError
from shop.members.domain_rules import NotAnOwnDomain, domain_of, ensure_own, folded_domain


class NoEvidence(DomainError):
    sentence = N_(
        "Tick what shows that this person acts for the organisation: a confirmed e-mail "
        "address at its own domain, a letter or a call back. One is enough, with its details."
    )
    status = 422


class DomainIncomplete(NoEvidence):
    sentence = N_("Enter the organisation's own domain, and where you found it.")


class DomainDiffers(NoEvidence):
    """Shows both domains: the one that the office found, and the one of the member's address."""

    sentence = N_(
        "The organisation's domain is %(found)s but the member's address is at %(given)s: this "
        "is not evidence."
    )


class AddressNotConfirmed(NoEvidence):
    sentence = N_("The address %(email)s has not been confirmed yet: it is not evidence so far.")


class LetterMissing(NoEvidence):
    sentence = N_(
        "Choose the letter. If it came by post or by e-mail, first attach it to the verification."
    )


class CallIncomplete(NoEvidence):
    sentence = N_("Enter the number called, where you found it, and whom you spoke to.")


class StillWaits(NoEvidence):
    """A body is not verified on a person who only asks to join it: its members would profit."""

    sentence = N_(
        "%(email)s has only asked to join: the evidence must concern an approved member. First "
        "approve this person, or appoint an administrator."
    )


class RegisterNotAsked(NoEvidence):
    sentence = N_("The register has not answered within the last 24 hours: query it again first.")


class NumberGiven(NoEvidence):
    sentence = N_(
        "%(number)s is the number that the member gave: call one that you found yourself, on "
        "the organisation's website or in an official directory."
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the office has seen or done, tick by tick, with its details; stored with the decision.

    `domain`: the body's own, found at `domain_source`. `letter_id`: the stored letter
    (EvidenceFile). `number`: the one called, found at `number_source`, and `spoke_to`, who
    answered. `still_there`: the register was asked again and the member answered from the same
    address; it counts for the yearly review only. `note` is free.
    """

    email_domain: bool = False
    letter: bool = False
    call_back: bool = False
    still_there: bool = False
    note: str = ""
    domain: str = ""
    domain_source: str = ""
    letter_id: int | None = None
    number: str = ""
    number_source: str = ""
    spoke_to: str = ""

    @property
    def is_enough(self) -> bool:
        """At least one proof is ticked; ensure_evidence checks whether it is complete."""
        return self.email_domain or self.letter or self.call_back


@dataclass(frozen=True, slots=True)
class AboutPerson:
    """What the shop knows of the person whom the evidence is about.

    `numbers`: every telephone number that they or a colleague gave. `letters`: ids of the letters
    stored about them. `is_in`: they are a member, and do not only ask to join.
    """

    email: str
    confirmed: bool
    numbers: frozenset[str] = frozenset()
    letters: frozenset[int] = frozenset()
    is_in: bool = True


def ensure_evidence(evidence: Evidence, about: AboutPerson, *, yearly: bool = False) -> None:
    """One proof is enough; whatever is ticked must be complete. `yearly`: the register asked again
    and the member still there counts too.

    Raises NoEvidence and its kinds, NotAnOwnDomain.
    """
    if not evidence.is_enough and not (yearly and evidence.still_there):
        raise NoEvidence
    if evidence.email_domain:
        _ensure_domain(evidence, about)
    if evidence.letter and (evidence.letter_id is None or evidence.letter_id not in about.letters):
        raise LetterMissing
    if evidence.call_back:
        _ensure_call(evidence, about.numbers)


def _ensure_domain(evidence: Evidence, about: AboutPerson) -> None:
    found, given = folded_domain(evidence.domain), domain_of(about.email)
    if not found or not evidence.domain_source:
        raise DomainIncomplete
    if found != given:
        raise DomainDiffers(found=found, given=given)
    ensure_own(found)
    if not about.confirmed:
        raise AddressNotConfirmed(email=about.email)


def _ensure_call(evidence: Evidence, given: Iterable[str]) -> None:
    if not (evidence.number and evidence.number_source and evidence.spoke_to):
        raise CallIncomplete
    if folded_number(evidence.number) in map(folded_number, given):
        raise NumberGiven(number=evidence.number)


def folded_number(typed: str) -> str:
    """A telephone number in the form in which it is compared: +33 (0)2 47 00 00 00 is 02 47 00 00
    00.
    """
    digits = "".join(sign for sign in typed if sign.isdigit()).removeprefix("00")
    if len(digits) > 10:
        digits = digits.removeprefix("33")
    return digits.removeprefix("0")


#: The form field that shows each refusal.
BESIDE: dict[type[DomainError], str] = {
    DomainIncomplete: "domain",
    DomainDiffers: "domain",
    NotAnOwnDomain: "domain",
    AddressNotConfirmed: "email_domain",
    LetterMissing: "letter_id",
    StillWaits: "about",
    RegisterNotAsked: "still_there",
    CallIncomplete: "number",
    NumberGiven: "number",
}
