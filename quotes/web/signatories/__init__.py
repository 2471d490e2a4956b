"""Links for the person who signs: the buyer's page, and the page that a link opens."""

from flask import Blueprint

blueprint = Blueprint("signatories", __name__)
