"""The card processor of this shop, made from the settings."""

from checkout.card.gateway import PaymentGateway
from shop.ops.config import Settings


def gateway_from(settings: Settings) -> PaymentGateway:
    """A gateway on those settings."""
    # The processor's library takes its time to load: not at start-up, not for a page of a shelf.
    from checkout.card.stripe_gateway import StripeGateway

    return StripeGateway(
        settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
    )
