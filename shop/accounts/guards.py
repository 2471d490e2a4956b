"""Who may open a page: signed in, or staff with a role. A visitor is led to the sign-in page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import redirect, request, url_for

from shop.accounts.sessions import viewer
from shop.ground.actors import ADMIN
from shop.ground.errors import NotAllowed

P = ParamSpec("P")
View = Callable[P, Any]


def _to_sign_in() -> Any:
    """Come back to the page after signing in; what was posted is not sent again by itself."""
    wanted = request.full_path.rstrip("?") if request.method != "POST" else None
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def signed_in(view: View[P]) -> View[P]:
    """For people with an account."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        return view(*args, **kwargs) if viewer() else _to_sign_in()

    return guarded


def staff_only(*roles: str) -> Callable[[View[P]], View[P]]:
    """For the staff with one of these roles, or any staff when none is named.

    The administrator may everything. Anybody else: NotAllowed.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            person = viewer()
            if person is None:
                return _to_sign_in()
            ensure_staff(person.staff_role, roles)
            return view(*args, **kwargs)

        guarded.staff_roles = roles  # type: ignore[attr-defined]
        return guarded

    return guard


def ensure_staff(role: str | None, roles: tuple[str, ...] = ()) -> None:
    """Raises NotAllowed unless this staff role is one of `roles` (any, when none is named)."""
    if role is None or (roles and role != ADMIN and role not in roles):
        raise NotAllowed
