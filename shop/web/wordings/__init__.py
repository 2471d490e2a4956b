"""The kinds of e-mails that the shop sends, and its own words in them."""

from flask import Blueprint

blueprint = Blueprint("wordings", __name__)
