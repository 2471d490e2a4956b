"""Rows of every package of `quotes/`, imported so that their tables can refer to each other."""

import quotes.client_quotes.models
import quotes.purchase_orders.models
import quotes.quotes.models
import quotes.signatories.models

ROWS = (
    quotes.client_quotes.models,
    quotes.purchase_orders.models,
    quotes.quotes.models,
    quotes.signatories.models,
)
