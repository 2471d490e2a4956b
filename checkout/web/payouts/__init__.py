"""The payouts of the card processor, for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("payouts", __name__)
