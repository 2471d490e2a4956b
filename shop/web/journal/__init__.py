"""The journal of the shop, for the administrator and the accounting staff."""

from flask import Blueprint

blueprint = Blueprint("journal", __name__)
