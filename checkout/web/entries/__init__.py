"""The accounting exports of the shop, for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("entries", __name__)
