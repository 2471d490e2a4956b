"""Quotes that the office draws for a client, for sales."""

from flask import Blueprint

blueprint = Blueprint("client_quotes", __name__)
