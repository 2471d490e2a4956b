"""The checklist of the opening in the office, and the doors of the public pages."""

from flask import Blueprint

blueprint = Blueprint("opening", __name__)
