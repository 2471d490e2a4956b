"""Invoices: for an organisation's accountants, and for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("invoices", __name__)
