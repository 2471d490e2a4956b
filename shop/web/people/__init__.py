"""Accounts of people: registration, activation, their own details."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
