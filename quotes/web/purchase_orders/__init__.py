"""Purchase orders: the copy that a buyer sends, the original in the office."""

from flask import Blueprint

blueprint = Blueprint("purchase_orders", __name__)
