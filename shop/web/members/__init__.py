"""Members of an organisation and invitations."""

from flask import Blueprint

blueprint = Blueprint("members", __name__)
