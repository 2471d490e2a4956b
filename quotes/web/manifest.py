"""The rooms of `quotes/`: what create_app() opens, in one list."""

from importlib import import_module

from flask import Flask

import quotes.personal_data
import quotes.purchase_orders.models
import quotes.quotes.models
import quotes.way

#: Rows of every room, so that their tables know each other.
ROWS = (
    quotes.purchase_orders.models,
    quotes.quotes.models,
)

#: Modules with a Flask blueprint named `room`.
EDGES: tuple[str, ...] = (
    "quotes.quotes.views",
    "quotes.dossiers.views",
    "quotes.purchase_orders.staff",
)


def open_rooms(app: Flask) -> None:
    """Each room's pages; importing `quotes.way` has put the quote way into step 5."""
    assert quotes.way.WAY
    assert quotes.personal_data.HELD
    for name in EDGES:
        app.register_blueprint(import_module(name).room)
