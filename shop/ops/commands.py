"""`make serve`: the shop under gunicorn with its worker, as production runs them.

The configuration is checked first, with a sentence per mistake; the schema is brought up to date.
`BIND` (127.0.0.1:8000) and `WEB_WORKERS` (2) say where and how many.
"""

import os
import sys

from quotes.processes import keep_running, shop_command, start, stop
from shop.ground.config import Misconfigured, from_environment
from shop.ground.db import Database
from shop.ground.migrate import upgrade

LOOPBACK = ("127.0.0.1:", "localhost:", "[::1]:")


def main() -> int:
    try:
        settings = from_environment()
    except Misconfigured as wrong:
        sys.stderr.write("".join(f"{mistake}\n" for mistake in wrong.mistakes))
        return 2
    bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
    workers = os.environ.get("WEB_WORKERS", "2")
    mistakes = [] if workers.isdigit() else [f"WEB_WORKERS={workers} is not a number."]
    if not settings.is_production and not bind.startswith(LOOPBACK):
        mistakes.append("Only production may be reached from elsewhere: COMPTOIR_MODE=production.")
    if mistakes:
        sys.stderr.write("".join(f"{mistake}\n" for mistake in mistakes))
        return 2
    database = Database(settings.database_url)
    upgrade(database)
    database.dispose()
    processes = start([["quotes.worker"], shop_command(bind, int(workers))], os.environ)
    try:
        return keep_running(processes)
    finally:
        stop(processes)


if __name__ == "__main__":
    raise SystemExit(main())
