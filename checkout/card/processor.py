"""The card processor of this shop, made from the settings when it is first needed."""

from flask import Flask, current_app

from checkout.card.gateway import PaymentGateway
from shop.ground.config import Settings

EXTENSION = "comptoir.gateway"


def gateway_from(settings: Settings) -> PaymentGateway:
    """A gateway on those settings; the worker makes its own."""
    # The processor's library takes its time to load: not at start-up, not for a page of a shelf.
    from checkout.card.stripe_gateway import StripeGateway

    return StripeGateway(
        settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
    )


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = None


def gateway() -> PaymentGateway:
    """The gateway of this application."""
    found: PaymentGateway | None = current_app.extensions[EXTENSION]
    if found is None:
        found = gateway_from(current_app.extensions["comptoir.settings"])
        current_app.extensions[EXTENSION] = found
    return found
