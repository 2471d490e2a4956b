"""The trial of the card processor, for an administrator."""

from flask import Blueprint

blueprint = Blueprint("card_trials", __name__)
