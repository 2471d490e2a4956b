"""The staff area's first page."""

from flask import Blueprint

blueprint = Blueprint("office", __name__)
