"""Withdrawals: the online function of consumers, and the desk of the staff."""

from flask import Blueprint

blueprint = Blueprint("withdrawals", __name__)
