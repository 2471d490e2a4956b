"""What clients owe, by age, for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("receivables", __name__)
