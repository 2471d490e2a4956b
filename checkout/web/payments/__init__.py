"""Payments and refunds, for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)
