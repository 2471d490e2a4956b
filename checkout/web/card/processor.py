"""The card processor of this application, created from the settings when it is first needed."""

from flask import Flask, current_app

from checkout.card.gateway import PaymentGateway
from checkout.card.processor import gateway_from

EXTENSION = "comptoir.gateway"


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = None


def gateway() -> PaymentGateway:
    """The gateway of this application."""
    found: PaymentGateway | None = current_app.extensions[EXTENSION]
    if found is None:
        found = gateway_from(current_app.extensions["comptoir.settings"])
        current_app.extensions[EXTENSION] = found
    return found
