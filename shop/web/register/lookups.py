"""The register as pages ask it: for somebody who waits, with the sentences that they read."""

from typing import Any

from flask_babel import gettext as _

from shop.organisations.models import Organisation
from shop.register.answers import RegisterAnswer, RegisterFacts, ensure_open
from shop.register.embedded import EmbeddedRegister
from shop.register.registers import register_of
from shop.register.rules import Nature
from shop.register.siret import SiretMistake
from shop.web.kit.site import reading, sentence_of, settings

#: Bodies that are offered to somebody who types.
OFFERED = 8


def look_up_for_page(siret: str) -> RegisterAnswer:
    """What the register says of a SIRET (14 checked digits), to somebody who waits: 3 s at most.

    Asked before a transaction, never in one. It does not raise: UNAVAILABLE goes on.
    """
    return register_of(settings(), reading(), in_a_page=True).look_up(siret)


def refuse_closed(field: Any, answer: RegisterAnswer) -> bool:
    """Whether the register says that this SIRET is closed: its field tells, and what to do."""
    try:
        ensure_open(answer)
    except SiretMistake as refusal:
        field.errors = [*field.errors, sentence_of(refusal)]
        return True
    return False


def sentence_on(organisation: Organisation) -> str:
    """What somebody reads who has just registered it."""
    if organisation.nature is Nature.PRIVATE:
        return _(
            "Your organisation is registered. The quote way is reserved for public bodies: it pays"
            " by card."
        )
    if organisation.awaits_register:
        return _(
            "Your organisation is registered. The register does not answer for the moment: we ask"
            " it again by ourselves, you need not wait."
        )
    if not organisation.legal_category:
        return _(
            "Your organisation is registered. The register does not know it: a person of our"
            " office looks it up."
        )
    return _("Your organisation is registered.")


def search_for_page(words: str, *, limit: int) -> list[RegisterFacts]:
    """Bodies for somebody who types; the embedded register answers where the State's does not."""
    found = register_of(settings(), reading(), in_a_page=True).search(words, limit=limit)
    if found is None:
        return EmbeddedRegister(reading()).search(words, limit=limit)
    return found
