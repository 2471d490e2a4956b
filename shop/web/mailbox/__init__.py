"""The demonstration's mailbox."""

from flask import Blueprint

blueprint = Blueprint("mailbox", __name__)
