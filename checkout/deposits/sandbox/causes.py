"""The causes of refusal, read from causes.json: each with its public source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cause:
    """Why the service refuses: at the deposit itself, when it reads the flow, or later the public
    body. `check` names the test in checks.py, or the status that the body gives.
    """

    key: str
    moment: str
    check: str
    message: str
    source: str
    url: str
    cure: str = "office"

    def said(self, value: str = "") -> str:
        return self.message.replace("{value}", value)


@cache
def causes() -> dict[str, Cause]:
    """All causes, by their key."""
    told = json.loads(Path(__file__).with_name("causes.json").read_text("utf-8"))
    return {one["key"]: Cause(**one) for one in told}


def of_moment(moment: str) -> list[Cause]:
    return [cause for cause in causes().values() if cause.moment == moment]
