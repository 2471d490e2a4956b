"""The pages of wrong invoices: what is told of an invoice, and the one that takes its place."""

from flask import Blueprint

blueprint = Blueprint("corrections", __name__)
