"""Deposits on Chorus Pro, for the accounting office."""

from flask import Blueprint

blueprint = Blueprint("deposits", __name__)
