"""The state and the webhook sender of the application that serves the request."""

from __future__ import annotations

from flask import Flask, current_app

from checkout.card.sandbox.sender import WebhookSender
from checkout.card.sandbox.state import State

_STATE, _SENDER = "processor.state", "processor.sender"


def attach(app: Flask, state: State, sender: WebhookSender) -> None:
    """Give an application its state and its webhook sender."""
    app.extensions[_STATE], app.extensions[_SENDER] = state, sender


def current_state() -> State:
    state: State = current_app.extensions[_STATE]
    return state


def current_sender() -> WebhookSender:
    sender: WebhookSender = current_app.extensions[_SENDER]
    return sender
