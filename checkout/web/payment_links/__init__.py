"""Sales for private persons, paid by card from a private link: the office, the client's page."""

from flask import Blueprint

blueprint = Blueprint("payment_links", __name__)
