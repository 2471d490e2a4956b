"""Answers that stand for one that is still to come: « à compléter », "TODO", "xxx"."""

import re

from shop.core.folding import fold_name

#: Wherever they stand in an answer.
_ANYWHERE = re.compile(
    r"\b(a (completer|definir|preciser|remplir|renseigner)|to be (completed|defined|confirmed)"
    r"|lorem ipsum|x{3,})\b"
)
#: Words that a name may contain: only as the whole answer.
_WHOLE = frozenset(
    {"a venir", "exemple", "fixme", "n a", "tba", "tbc", "tbd", "test", "to do", "todo", "xx"}
)
_BRACKETED = re.compile(r"\s*(\[.*\]|<.*>|\{.*\})\s*", re.DOTALL)


def is_placeholder(answer: str) -> bool:
    """Whether an answer says nothing: it stands for another one, or has no letter and no figure."""
    if not answer.strip():
        return False
    said = fold_name(answer)
    is_bracketed = _BRACKETED.fullmatch(answer) is not None
    return not said or said in _WHOLE or is_bracketed or _ANYWHERE.search(said) is not None
