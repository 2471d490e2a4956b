"""Answers of a letterhead that stand for one that is still to come."""

import pytest

from quotes.demonstration.letterhead import LETTERHEAD
from shop.letterheads.placeholders import is_placeholder
from shop.letterheads.rules import mistakes_in


@pytest.mark.parametrize(
    "answer",
    [
        *("à compléter", "A COMPLETER", "Hébergeur à définir", "à renseigner.", "à venir"),
        *("TODO", "to do", "xxx", "RCS XXXX", "…", "---", "?", "[nom du médiateur]", "<nom>"),
        *("n/a", "N.A.", "tbd", "Lorem ipsum dolor", "To be confirmed", "Exemple"),
    ],
)
def test_an_answer_that_says_nothing_is_recognised(answer: str):
    assert is_placeholder(answer)


@pytest.mark.parametrize(
    "answer",
    [
        *("", "Todo Musique", "Studio XX", "Éditions du Test", "1", "Maxxx SAS"),
        *("Ada Roche (présidente)", "Ateliers à venir ensemble", "12, rue de l’Exemple"),
    ],
)
def test_a_real_answer_is_none(answer: str):
    assert not is_placeholder(answer)


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("director", {"director": "à compléter"}),
        ("address", {"address": ["xxx", "69000 Lyon"]}),
        ("rcs", {"rcs": "TODO"}),
        ("bank.holder", {"bank": {**LETTERHEAD["bank"], "holder": "à compléter"}}),
    ],
)
def test_a_letterhead_with_one_is_refused_at_its_key(key: str, changed: dict):
    assert [mistake.key for mistake in mistakes_in(LETTERHEAD | changed)] == [key]
