"""Questions: the form, open to everybody, and the desk of the staff."""

from flask import Blueprint

blueprint = Blueprint("questions", __name__)
