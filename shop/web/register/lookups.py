"""The register as pages ask it, with the sentences that people read."""

from typing import Any

from flask_babel import gettext as _

from shop.organisations.models import Organisation
from shop.register.answers import RegisterAnswer, RegisterFacts, ensure_open
from shop.register.embedded import EmbeddedRegister
from shop.register.registers import register_of
from shop.register.rules import Nature
from shop.register.siret import SiretMistake
from shop.web.kit.site import reading, sentence_of, settings

#: Maximum number of bodies in the list.
OFFERED = 8


def look_up_for_page(siret: str) -> RegisterAnswer:
    """The register's answer on a SIRET (14 checked digits), in 3 s at most.

    Asked before a transaction, never in one. It does not raise: UNAVAILABLE is an answer.
    """
    return register_of(settings(), reading(), in_a_page=True).look_up(siret)


def refuse_closed(field: Any, answer: RegisterAnswer) -> bool:
    """Whether the register says that this SIRET is closed: its field shows it, and what to do."""
    try:
        ensure_open(answer)
    except SiretMistake as refusal:
        field.errors = [*field.errors, sentence_of(refusal)]
        return True
    return False


def sentence_on(organisation: Organisation) -> str:
    """What a person reads who has just registered the organisation."""
    if organisation.nature is Nature.PRIVATE:
        return _(
            "Your organisation is registered. Quotes are reserved for public bodies: it can "
            "pay by card."
        )
    if organisation.awaits_register:
        return _(
            "Your organisation is registered. The register is not responding at the moment: we "
            "will query it again automatically, you do not need to wait."
        )
    if not organisation.legal_category:
        return _(
            "Your organisation is registered. It was not found in the register: our office "
            "will look it up."
        )
    return _("Your organisation is registered.")


def search_for_page(words: str, *, limit: int) -> list[RegisterFacts]:
    """Bodies for a search as one types; the embedded register answers where the State's does
    not.
    """
    found = register_of(settings(), reading(), in_a_page=True).search(words, limit=limit)
    if found is None:
        return EmbeddedRegister(reading()).search(words, limit=limit)
    return found
