"""The marker of sentences that state a fact: delivered, sent, received, paid, overdue.

``{{ fact(_('Shipped on %(day)s', day=note.shipped_on | day), note.shipped_on) }}``: the sentence is
shown only with what proves it, a column that was written when it happened or a journal entry.
"""

import logging
from typing import Any

log = logging.getLogger("comptoir.proofs")


class Unproven(Exception):
    """A sentence states a fact that nothing proves."""


def fact(sentence: Any, proof: Any) -> Any:
    """The sentence, when something proves it. Raises Unproven: an issued document and an e-mail are
    not composed, and the office sees why.
    """
    if not proof:
        raise Unproven(str(sentence))
    return sentence


def fact_or_nothing(sentence: Any, proof: Any) -> Any:
    """The sentence, when something proves it; otherwise nothing, and the log says so: for the pages
    of a shop in production, which are shown without it.
    """
    try:
        return fact(sentence, proof)
    except Unproven:
        log.error("a page states without proof: %s", sentence)
        return ""
