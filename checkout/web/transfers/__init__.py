"""Transfers, part by part: the desk of unidentified money, of credits, of returns."""

from flask import Blueprint

blueprint = Blueprint("transfers", __name__)
