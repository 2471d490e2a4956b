"""Credit notes, and the money that they give back, for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("credits", __name__)
