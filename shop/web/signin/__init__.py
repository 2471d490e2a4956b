"""Signing in and out, and the security of an account."""

from flask import Blueprint

blueprint = Blueprint("signin", __name__)
