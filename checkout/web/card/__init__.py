"""Payment by card: to the processor's page and back, and its webhook."""

from flask import Blueprint

blueprint = Blueprint("card", __name__)
