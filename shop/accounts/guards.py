"""Who may open a page. Every route says so with one of these decorators, and the tests' matrix asks
each route as each kind of person (`tests/integration/test_matrix.py`).

A visitor who must sign in is led to the sign-in page and back. The acts ask again by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from flask import redirect, render_template, request, url_for

from shop.accounts.rights import Right
from shop.accounts.sessions import Viewer, viewer
from shop.ground.actors import ADMIN, STAFF_ROLES
from shop.ground.errors import NotAllowed
from shop.ground.workflow import Procedure

P = ParamSpec("P")
View = Callable[P, Any]

EVERYBODY, PEOPLE, MEMBERS, STAFF, READERS = "everybody", "people", "members", "staff", "readers"


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a route is.

    `kind` EVERYBODY: visitors too. PEOPLE: whoever has an account. MEMBERS: members of an
    organisation with one of `roles`, and people without organisation when `alone`. STAFF: the
    shop's, with one of `roles`. READERS: whoever may read the dossier that the route names; to act
    on it, with one of `roles`.
    """

    kind: str
    roles: frozenset[str] = frozenset()
    alone: bool = False


def everybody(view: View[P]) -> View[P]:
    """For all, visitors included."""
    return _marked(view, Audience(EVERYBODY))


def signed_in(view: View[P]) -> View[P]:
    """For people with an account."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        return view(*args, **kwargs) if viewer() else _to_sign_in()

    return _marked(guarded, Audience(PEOPLE))


def member_with(right: Right, *, alone: bool = False) -> Callable[[View[P]], View[P]]:
    """For members of an organisation whose roles open `right`; with `alone` also for people who buy
    for themselves. Others read what they miss and who can give it to them."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            person = viewer()
            if person is None:
                return _to_sign_in()
            if not (_alone(person) and alone) and not person.may(right):
                return _missing(person, right)
            return view(*args, **kwargs)

        return _marked(guarded, Audience(MEMBERS, right.who, alone))

    return guard


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

        return _marked(guarded, Audience(STAFF, frozenset(roles or STAFF_ROLES) | {ADMIN}))

    return guard


def reader_of_dossier(
    procedure: Procedure | None = None, *acts: str
) -> Callable[[View[P]], View[P]]:
    """For whoever may read the dossier that the route names (the view looks it up, and answers
    strangers that there is none); to act on it, with a role that `procedure` gives for `acts`."""
    steps = procedure.steps if procedure else ()
    roles = frozenset[str]().union(*(step.who for step in steps if step.act in acts))
    return lambda view: _marked(view, Audience(READERS, roles))


def ensure_staff(role: str | None, roles: tuple[str, ...] = ()) -> None:
    """Raises NotAllowed unless this staff role is one of `roles` (any, when none is named)."""
    if role is None or (roles and role != ADMIN and role not in roles):
        raise NotAllowed


def _marked(view: View[P], audience: Audience) -> View[P]:
    view.audience = audience  # type: ignore[attr-defined]
    return view


def _alone(person: Viewer) -> bool:
    return person.organisation_id is None and not person.is_staff


def _to_sign_in() -> Any:
    """Come back to the page after signing in; what was posted is not sent again by itself."""
    wanted = request.full_path.rstrip("?") if request.method != "POST" else None
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def _missing(person: Viewer, right: Right) -> Any:
    """Not a bare 403; a forged request of somebody else is a refusal like any other."""
    if person.is_staff or request.method == "POST":
        raise NotAllowed(act=right.name)
    return render_template("accounts/missing.html", right=right), 403
