"""Random invoices to organisations: each electronic form passes the schema and the schematrons, and
its totals, computed again from the XML alone, are those of the paper.

Forty in `make test`, one thousand by `make properties`.
"""

import random

import pytest

from shop.core.money import Money
from shop.documents.layout import sentences
from shop.einvoicing.facturx import compose
from shop.einvoicing.figure_rules import figures_of, wrong_figures
from tests.einvoices import figures_in, payable, random_invoice
from tests.schematron import broken


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ten seeds at full size, else one."""
    full = metafunc.config.getoption("full_size")
    metafunc.parametrize("seed", range(1, 11 if full else 2))


def test_every_random_invoice_is_accepted_and_adds_up(seed, request):
    drawn = random.Random(seed)
    for _invoice in range(100 if request.config.getoption("full_size") else 40):
        content = random_invoice(drawn)
        xml = compose(content, sentences(content["language"]))
        figures = figures_in(xml)
        assert figures == figures_of(content)
        assert wrong_figures(figures) == []
        assert Money(int(figures.payable * 100)) == payable(content)
        assert broken(xml) == [], content
