"""`python -m checkout.deposits.sandbox`: the Chorus Pro of a demonstration shop."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from checkout.deposits.sandbox.server import LOOPBACK, server
from checkout.deposits.sandbox.state import State


def main(arguments: list[str] | None = None, env: Mapping[str, str] = os.environ) -> int:
    """Serve until stopped; refuses to run with production settings."""
    parser = argparse.ArgumentParser(prog="python -m checkout.deposits.sandbox")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--state", default="instance/portal.json", help="JSON file")
    asked = parser.parse_args(arguments)
    if env.get("COMPTOIR_MODE") == "production":
        sys.stderr.write("COMPTOIR_MODE is production: the sandbox does not start.\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="portal %(levelname)s %(message)s")
    state = State(Path(asked.state))
    httpd = server(state, asked.port)
    signal.signal(signal.SIGTERM, _stop)
    logging.getLogger(__name__).info("Chorus Pro on http://%s:%s", LOOPBACK, asked.port)
    try:
        httpd.serve_forever()
    except KeyboardInterrupt:
        logging.getLogger(__name__).info("stopping")
    finally:
        httpd.server_close()
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
