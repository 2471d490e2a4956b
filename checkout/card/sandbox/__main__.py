"""`python -m checkout.card.sandbox`: the card processor of a demonstration shop."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Mapping
from types import FrameType

from checkout.card.sandbox import events
from checkout.card.sandbox.sender import WebhookSender
from checkout.card.sandbox.server import LOOPBACK, TEST_SECRET, server
from checkout.card.sandbox.state import State
from shop.ops import clock


def main(arguments: list[str] | None = None, env: Mapping[str, str] = os.environ) -> int:
    """Serve until stopped; refuses to run with production settings."""
    asked = _parser().parse_args(arguments)
    if env.get("STRIPE_SECRET_KEY", "").startswith(("sk_live_", "rk_live_")):
        sys.stderr.write("STRIPE_SECRET_KEY is a live key: the sandbox does not start.\n")
        return 2
    if env.get("COMPTOIR_MODE") == "production":
        sys.stderr.write("COMPTOIR_MODE is production: the sandbox does not start.\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="sandbox %(levelname)s %(message)s")
    clock.set_shift(clock.parse_shift(env.get("COMPTOIR_CLOCK", "")))
    state = State(asked.state)
    if asked.hook:
        with state.transaction():
            events.set_hook(state, events.Hook(asked.hook, asked.secret))
    sender = WebhookSender(state)
    httpd = server(state, sender, asked.port)
    sender.start()
    signal.signal(signal.SIGTERM, _stop)
    logging.getLogger(__name__).info("card processor on http://%s:%s", LOOPBACK, asked.port)
    try:
        httpd.serve_forever()
    except KeyboardInterrupt:
        logging.getLogger(__name__).info("stopping")
    finally:
        sender.stop()
        httpd.server_close()
        state.close()
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m checkout.card.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--state", default="instance/sandbox.db", help="SQLite file")
    parser.add_argument("--hook", default="", help="address of the shop's webhook")
    parser.add_argument("--secret", default=TEST_SECRET, help="signs the webhooks")
    return parser


if __name__ == "__main__":
    sys.exit(main())
