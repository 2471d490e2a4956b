"""One request to the API: its checked parameters, and what every endpoint shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from checkout.card.sandbox.errors import Json, Refusal, missing_object, not_in_the_sandbox
from checkout.card.sandbox.state import State


@dataclass(frozen=True)
class Call:
    """`ident` is the object named by the path ("" when none); `base_url` is the processor's."""

    state: State
    params: Json
    ident: str
    base_url: str

    def year(self) -> int:
        return datetime.fromtimestamp(self.state.now(), UTC).year

    def page(self, objects: Iterable[Json], url: str) -> Json:
        """One page of a list, newest first: `limit` 1 to 100, cursors by object id."""
        limit = self.params.get("limit", 10)
        if not 1 <= limit <= 100:
            raise Refusal(
                "Limit must be between 1 and 100.", code="parameter_invalid_integer", param="limit"
            )
        every = list(objects)
        if "starting_after" in self.params:
            every = every[_position(every, self.params["starting_after"], "starting_after") + 1 :]
            shown, more = every[:limit], len(every) > limit
        elif "ending_before" in self.params:
            every = every[: _position(every, self.params["ending_before"], "ending_before")]
            shown, more = every[-limit:], len(every) > limit
        else:
            shown, more = every[:limit], len(every) > limit
        return {"object": "list", "data": shown, "has_more": more, "url": url}


def _position(objects: list[Json], ident: str, param: str) -> int:
    for index, one in enumerate(objects):
        if one["id"] == ident:
            return index
    raise missing_object("object", ident, param=param)


def ensure_implemented(params: Json, known: set[str], path: str = "") -> None:
    """Refuse parameters that Stripe supports and the sandbox would silently ignore."""
    for name in sorted(params.keys() - known):
        raise not_in_the_sandbox(f"{path}[{name}]" if path else name)
