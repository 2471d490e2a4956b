"""Rows of every package of `quotes/`, imported so that their tables can refer to each other."""

import quotes.purchase_orders.models
import quotes.quotes.models

ROWS = (
    quotes.purchase_orders.models,
    quotes.quotes.models,
)
