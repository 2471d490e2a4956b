"""Cancellations of orders, for their buyers and for the office."""

from flask import Blueprint

blueprint = Blueprint("cancellations", __name__)
