"""Invoices issued or sent many at a time, for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("batches", __name__)
