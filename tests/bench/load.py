"""Load by wrk: one thread, four connections, requests taken in turn from a prepared file."""

import json
import secrets
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LUA = Path(__file__).with_name("load.lua")
CONNECTIONS = 4
#: In a body, the key of a form that no other request has sent.
FRESH_KEY = "FRESHKEY"


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    cookie: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """The result of one short load. Latencies in milliseconds; `errors` are answers from 400 on,
    and broken connections; a late answer is only slow.
    """

    rate: float
    errors: int
    p50: float
    p95: float
    p99: float


def write_requests(path: Path, requests: Sequence[Request]) -> Path:
    path.write_text("".join(f"{r.method}\t{r.path}\t{r.cookie}\t{r.body}\n" for r in requests))
    return path


def load(address: str, requests: Path, seconds: float) -> Sample:
    """Load an address for some time; wrk counts whole seconds."""
    whole = max(1, round(seconds))
    flags = ["-t1", f"-c{CONNECTIONS}", f"-d{whole}s", "-s", str(LUA)]
    done = subprocess.run(
        ["wrk", *flags, address, "--", str(requests), secrets.token_hex(6)],
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(row for row in done.stdout.splitlines() if row.startswith("RESULT "))
    found = json.loads(line.removeprefix("RESULT "))
    return Sample(
        rate=found["requests"] / (found["microseconds"] / 1e6),
        errors=found["errors"],
        p50=found["p50"] / 1000,
        p95=found["p95"] / 1000,
        p99=found["p99"] / 1000,
    )
