"""Random papers of all kinds: each can be made, and is PDF/A-3.

A few in `make test`, five thousand by `make properties`.
"""

import random

import pytest

from shop.documents.pdf import render
from shop.documents.validation import Validation, validate
from tests.papers import random_paper


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Fifty seeds at full size, else one."""
    full = metafunc.config.getoption("full_size")
    metafunc.parametrize("seed", range(1, 51 if full else 2))


def test_every_random_paper_is_made_and_is_archivable(seed, request):
    drawn = random.Random(seed)
    for _paper in range(100 if request.config.getoption("full_size") else 10):
        kind, content, language = random_paper(drawn)
        data = render(kind, content, language=language)
        assert validate(data) == Validation(), (kind, content)
