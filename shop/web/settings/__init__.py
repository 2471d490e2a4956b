"""The settings of the shop, each in force from a day on."""

from flask import Blueprint

blueprint = Blueprint("settings", __name__)
