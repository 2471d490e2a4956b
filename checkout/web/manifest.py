"""The rooms of `checkout/`: what create_app() opens, in one list."""

from importlib import import_module

from flask import Flask

import checkout.card.models
import checkout.deliveries.models
import checkout.drafts.models
import checkout.invoices.models
import checkout.orders.models
import checkout.personal_data
from checkout.card import processor

#: Rows of every room, so that their tables know each other.
ROWS = (
    checkout.card.models,
    checkout.deliveries.models,
    checkout.drafts.models,
    checkout.invoices.models,
    checkout.orders.models,
)

#: Modules with a Flask blueprint named `room`.
EDGES: tuple[str, ...] = (
    "checkout.steps.views",
    "checkout.card.views",
    "checkout.card.webhooks",
    "checkout.dossiers.views",
    "checkout.deliveries.staff",
    "checkout.invoices.staff",
    "checkout.invoices.views",
    "checkout.payments.staff",
)


def open_rooms(app: Flask) -> None:
    """Each room's pages; importing `checkout.personal_data` has said what the rooms hold."""
    assert checkout.personal_data.HELD
    processor.init_app(app)
    for name in EDGES:
        app.register_blueprint(import_module(name).room)
