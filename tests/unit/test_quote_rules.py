"""What a quote asks for before it is drawn."""

from dataclasses import replace

import pytest

from quotes.quotes.rules import PayingServiceMissing, ensure_paying_service
from shop.core.parties import PayingService
from tests.factories import make_parties


@pytest.mark.parametrize("service", [None, PayingService("")])
def test_a_quote_names_the_service_that_receives_the_invoice(service: PayingService | None):
    ensure_paying_service(make_parties())
    with pytest.raises(PayingServiceMissing):
        ensure_paying_service(replace(make_parties(), paying_service=service))
