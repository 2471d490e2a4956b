"""The rooms of `shop/`: what create_app() opens, in one list."""

from importlib import import_module

from flask import Flask

import shop.accounts.models
import shop.cart.models
import shop.catalogue.models
import shop.dossiers.models
import shop.ground.journal
import shop.ground.letterhead
import shop.ground.numbering
import shop.ground.outbox
import shop.members.models
import shop.organisations.models
import shop.privacy.shop_holdings
import shop.register.models
import shop.verification.models
from shop.accounts import sessions

#: Rows of every room, so that their tables know each other.
ROWS = (
    shop.accounts.models,
    shop.cart.models,
    shop.catalogue.models,
    shop.dossiers.models,
    shop.ground.journal,
    shop.ground.letterhead,
    shop.ground.numbering,
    shop.ground.outbox,
    shop.members.models,
    shop.organisations.models,
    shop.register.models,
    shop.verification.models,
)

#: Modules with a Flask blueprint named `room`.
EDGES: tuple[str, ...] = (
    "shop.ground.language",
    "shop.catalogue.views",
    "shop.catalogue.staff",
    "shop.cart.views",
    "shop.accounts.views",
    "shop.accounts.registration_pages",
    "shop.accounts.activation_pages",
    "shop.accounts.credentials_pages",
    "shop.accounts.second_step_pages",
    "shop.accounts.passkey_sign_in_pages",
    "shop.accounts.security_pages",
    "shop.accounts.passkey_pages",
    "shop.accounts.staff",
    "shop.organisations.views",
    "shop.organisations.address_pages",
    "shop.organisations.contact_pages",
    "shop.register.finder",
    "shop.verification.register_desk",
    "shop.verification.staff",
    "shop.verification.letter_pages",
    "shop.verification.change_pages",
    "shop.organisations.client_pages",
    "shop.members.team_pages",
    "shop.organisations.establishment_pages",
    "shop.members.invitation_pages",
    "shop.pages.views",
    "shop.privacy.views",
    "shop.dossiers.views",
    "shop.demonstration.mailbox",
)


def open_rooms(app: Flask) -> None:
    """Sign-in first, then each room's pages."""
    sessions.init_app(app)
    for name in EDGES:
        app.register_blueprint(import_module(name).room)
