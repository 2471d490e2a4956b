"""Statements of the bank: read, matched with invoices, confirmed."""

from flask import Blueprint

blueprint = Blueprint("statements", __name__)
