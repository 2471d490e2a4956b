"""The register of public bodies, searched while one types."""

from flask import Blueprint

blueprint = Blueprint("register", __name__)
