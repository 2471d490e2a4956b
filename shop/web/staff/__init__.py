"""The staff of the shop: the administrator's list, and the page behind an invitation."""

from flask import Blueprint

blueprint = Blueprint("staff", __name__)
