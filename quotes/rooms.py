"""The rooms of `quotes/`: what create_app() opens, in one list."""

from importlib import import_module

from flask import Flask

import quotes.purchase_orders.models
import quotes.quotes.models

#: Rows of every room, so that their tables know each other.
ROWS = (
    quotes.purchase_orders.models,
    quotes.quotes.models,
)

#: Modules with a Flask blueprint named `room`.
EDGES: tuple[str, ...] = ()


def open_rooms(app: Flask) -> None:
    for name in EDGES:
        app.register_blueprint(import_module(name).room)
