"""The rooms of `checkout/`: what create_app() opens, in one list."""

from importlib import import_module

from flask import Flask

import checkout.card.models
import checkout.deliveries.models
import checkout.drafts.models
import checkout.invoices.models
import checkout.orders.models
import checkout.payments.models

#: Rows of every room, so that their tables know each other.
ROWS = (
    checkout.card.models,
    checkout.deliveries.models,
    checkout.drafts.models,
    checkout.invoices.models,
    checkout.orders.models,
    checkout.payments.models,
)

#: Modules with a Flask blueprint named `room`.
EDGES: tuple[str, ...] = ()


def open_rooms(app: Flask) -> None:
    for name in EDGES:
        app.register_blueprint(import_module(name).room)
