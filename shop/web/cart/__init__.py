"""The cart, step 1 of the checkout."""

from flask import Blueprint

blueprint = Blueprint("cart", __name__)
