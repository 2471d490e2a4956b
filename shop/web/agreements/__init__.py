"""Price agreements: the list, the record, and what the office does with one."""

from flask import Blueprint

blueprint = Blueprint("agreements", __name__)
