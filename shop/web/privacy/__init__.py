"""Personal data: a copy, the closing of an account, erasure."""

from flask import Blueprint

blueprint = Blueprint("privacy", __name__)
