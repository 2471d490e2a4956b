"""Reminders of overdue invoices: what is sent next, previews, switches, settings."""

from flask import Blueprint

blueprint = Blueprint("reminders", __name__)
