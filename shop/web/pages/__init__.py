"""Information pages, legal pages, and the choice of the language."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
