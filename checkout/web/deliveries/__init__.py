"""Deliveries, for logistics."""

from flask import Blueprint

blueprint = Blueprint("deliveries", __name__)
