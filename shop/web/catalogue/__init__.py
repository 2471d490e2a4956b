"""The catalogue: home, departments, products, search, pictures."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__)
