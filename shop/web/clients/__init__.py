"""Clients of the shop and the terms agreed with them, for sales."""

from flask import Blueprint

blueprint = Blueprint("clients", __name__)
