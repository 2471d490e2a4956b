"""Who may open a page. Every route declares it with one of these decorators, and the tests' matrix
requests each route as each kind of person (`tests/whole/test_matrix.py`).

A visitor who must sign in is redirected to the sign-in page and back. Services check again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from flask import redirect, render_template, request, url_for

from shop.core.actors import ADMIN, STAFF_ROLES
from shop.core.errors import NotAllowed, NotFound
from shop.core.rights import Right
from shop.core.workflow import Procedure
from shop.members.team import joining_of
from shop.organisations.rules import QuoteWayClosed, ensure_quote_way
from shop.web.kit.ended import to_sign_in
from shop.web.kit.sessions import viewer
from shop.web.kit.site import reading
from shop.web.kit.viewers import Viewer

P = ParamSpec("P")
View = Callable[P, Any]

EVERYBODY, PEOPLE, MEMBERS, BODIES = "everybody", "people", "members", "bodies"
STAFF, READERS = "staff", "readers"


@dataclass(frozen=True, slots=True)
class Audience:
    """The people for whom a route is.

    `kind` EVERYBODY: visitors too. PEOPLE: anybody with an account. MEMBERS: members of an
    organisation with one of `roles`, and people without organisation when `alone`; visitors too
    with `guests`. BODIES: members with one of `roles`, of a verified public body only. STAFF: the
    shop's, with one of `roles`. READERS: anybody who may read the dossier that the route names,
    with `guests` also without an account; to change it, with one of `roles`.
    """

    kind: str
    roles: frozenset[str] = frozenset()
    alone: bool = False
    guests: bool = False


def everybody(view: View[P]) -> View[P]:
    """For all, visitors included."""
    return _marked(view, Audience(EVERYBODY))


def signed_in(view: View[P]) -> View[P]:
    """For people with an account."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        return view(*args, **kwargs) if viewer() else to_sign_in()

    return _marked(guarded, Audience(PEOPLE))


def member_with(
    right: Right, *, alone: bool = False, guests: bool = False
) -> Callable[[View[P]], View[P]]:
    """For members of an organisation whose roles open `right`; with `alone` also for people who buy
    for themselves, with `guests` for visitors. Others read what is missing and who can grant it.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            person = viewer()
            if person is None:
                return view(*args, **kwargs) if guests else to_sign_in()
            if not (_alone(person) and alone) and not person.may(right):
                return _missing(person, right)
            return view(*args, **kwargs)

        return _marked(guarded, Audience(MEMBERS, right.who, alone, guests))

    return guard


def body_with(right: Right) -> Callable[[View[P]], View[P]]:
    """For members of a verified public body whose roles open `right`. Anybody else, visitors
    included, reads why they cannot use the quote way. Raises QuoteWayClosed,
    OrganisationNotVerified.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            person = viewer()
            if person is None:
                raise QuoteWayClosed
            ensure_quote_way(person.nature, person.verification)
            return view(*args, **kwargs) if person.may(right) else _missing(person, right)

        return _marked(guarded, Audience(BODIES, right.who))

    return guard


def staff_only(*roles: str) -> Callable[[View[P]], View[P]]:
    """For the staff with one of these roles, or any staff when none is named.

    The administrator has every right. Anybody else: NotAllowed. Staff who have to set up a second
    factor first are redirected.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            person = viewer()
            if person is None:
                return to_sign_in()
            ensure_staff(person.staff_roles, roles)
            return _to_set_up() if person.owes_second_factor else view(*args, **kwargs)

        return _marked(guarded, Audience(STAFF, frozenset(roles or STAFF_ROLES) | {ADMIN}))

    return guard


def reader_of_dossier(
    procedure: Procedure | None = None, *acts: str, guests: bool = False
) -> Callable[[View[P]], View[P]]:
    """For anybody who may read the dossier that the route names: the view looks it up, and answers
    strangers that it does not exist. To change it, with a role that `procedure` gives for `acts`;
    anybody else: NotAllowed. With `guests`, visitors may send the key of their order; without a key
    they sign in, whether what they name exists or not.
    """
    steps = procedure.transitions if procedure else ()
    roles = frozenset[str]().union(
        *(transition.who for transition in steps if transition.name in acts)
    )

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            person = viewer()
            if person is None and not guests:
                return to_sign_in()
            if person is not None and person.owes_second_factor:
                return _to_set_up()
            if roles and (person is None or not person.actor.has(*roles)):
                raise NotAllowed(act=", ".join(acts))
            try:
                return view(*args, **kwargs)
            except NotFound:
                if person is None and not request.args.get("key"):
                    return to_sign_in()
                raise

        return _marked(guarded, Audience(READERS, roles, guests=guests))

    return guard


def ensure_staff(held: frozenset[str], roles: tuple[str, ...] = ()) -> None:
    """Raises NotAllowed unless one of the roles held is among `roles` (any, when none is named)."""
    if not held or (roles and held.isdisjoint({ADMIN, *roles})):
        raise NotAllowed


def _marked(view: View[P], audience: Audience) -> View[P]:
    view.audience = audience  # type: ignore[attr-defined]
    return view


def _alone(person: Viewer) -> bool:
    return person.organisation_id is None and not person.is_staff


def _to_set_up() -> Any:
    return redirect(url_for("signin.second_factor"), 303)


def _missing(person: Viewer, right: Right) -> Any:
    """Instead of a bare 403; a forged request for another person's data is refused like any
    other.
    """
    if person.is_staff or request.method == "POST":
        raise NotAllowed(act=right.name)
    joining = joining_of(reading(), person.user_id)
    return render_template("people/missing.html", right=right, joining=joining), 403
