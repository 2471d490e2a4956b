"""The texts of the shop that the office writes, in versions with a day of effect."""

from flask import Blueprint

blueprint = Blueprint("texts", __name__)
