"""Reports for the office: quotes, delays, what is sold, what stays on the shelf."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__)
