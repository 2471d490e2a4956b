"""What is due and has not left the shop, for the accounting staff."""

from flask import Blueprint

blueprint = Blueprint("unsent", __name__)
