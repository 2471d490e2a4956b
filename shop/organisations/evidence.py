"""What shows that a person acts for a body. Pure rules."""

from dataclasses import dataclass

from shop.ground.errors import N_, DomainError


class NoEvidence(DomainError):
    sentence = N_(
        "Tick the letter or the call back, seen or made by you: the register proves that the body"
        " exists, not who acts for it, and nobody has confirmed the e-mail address."
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that the person acts for the body; `note`: what was seen, whom one called.

    An address at the body's own domain is a clue, not a proof: anybody may have typed it.
    """

    email_domain: bool = False
    letter: bool = False
    call_back: bool = False
    note: str = ""

    @property
    def is_enough(self) -> bool:
        return self.letter or self.call_back
