"""What the papers and pages of the shop say of the seller, entered by an administrator."""

from flask import Blueprint

blueprint = Blueprint("letterheads", __name__)
