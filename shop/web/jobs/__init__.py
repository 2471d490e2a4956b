"""The job log: what the worker does by itself, what is late and what fails."""

from flask import Blueprint

blueprint = Blueprint("jobs", __name__)
