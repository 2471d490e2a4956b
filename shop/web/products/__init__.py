"""The catalogue, for the sales staff: products, their prices and pictures, families and brands."""

from flask import Blueprint

blueprint = Blueprint("products", __name__)
