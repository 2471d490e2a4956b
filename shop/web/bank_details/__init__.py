"""The shop's bank details: a change is asked by one person and decided by another."""

from flask import Blueprint

blueprint = Blueprint("bank_details", __name__)
