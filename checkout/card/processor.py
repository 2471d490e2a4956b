"""The card processor of this shop, configured from the settings."""

from checkout.card.gateway import PaymentGateway
from checkout.card.payout_gateway import PayoutGateway
from shop.ops.config import Settings


def gateway_from(settings: Settings) -> PaymentGateway:
    """A gateway on those settings."""
    # The processor's library is slow to import: it is imported when a payment needs it.
    from checkout.card.stripe_gateway import StripeGateway

    return StripeGateway(
        settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
    )


def payouts_from(settings: Settings) -> PayoutGateway:
    """The payouts of the same processor, with a connection of its own."""
    from checkout.card.stripe_gateway import StripeGateway
    from checkout.card.stripe_payouts import StripePayouts

    gateway = StripeGateway(
        settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
    )
    return StripePayouts(gateway)
