"""The verification of organisations: for the office, and for the organisation itself."""

from flask import Blueprint

blueprint = Blueprint("verification", __name__)
