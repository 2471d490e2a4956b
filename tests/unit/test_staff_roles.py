"""A member of the staff with several roles has what each of them has."""

from itertools import combinations

import pytest

from shop.core.actors import ADMIN, LOGISTICS, SALES, STAFF_ROLES
from shop.core.errors import NotAllowed
from shop.people.models import RoleSet, User
from shop.people.people import actor_of
from shop.web.kit.guards import ensure_staff


def opens(held: frozenset[str], roles: tuple[str, ...]) -> bool:
    try:
        ensure_staff(held, roles)
    except NotAllowed:
        return False
    return True


def test_two_roles_open_the_pages_of_each():
    for first, second in combinations(STAFF_ROLES, 2):
        for page in ((), *((role,) for role in STAFF_ROLES)):
            alone = opens(frozenset({first}), page) or opens(frozenset({second}), page)
            assert opens(frozenset({first, second}), page) == alone, (first, second, page)


def test_a_customer_opens_no_page_of_the_office():
    assert not opens(frozenset(), ())
    assert not opens(frozenset(), STAFF_ROLES)


def test_a_member_of_the_staff_acts_with_all_their_roles():
    sam = User(name="Sam", email="sam@shop.example", staff_roles=frozenset({SALES, LOGISTICS}))
    assert actor_of(sam).roles == {SALES, LOGISTICS}


def test_roles_are_stored_between_commas_and_in_their_order():
    column, dialect = RoleSet(), None
    stored = column.process_bind_param(frozenset({ADMIN, SALES}), dialect)
    assert stored == ",sales,admin,"
    assert column.process_result_value(stored, dialect) == {ADMIN, SALES}
    assert column.process_bind_param(frozenset(), dialect) is None
    assert column.process_result_value(None, dialect) == frozenset()
    with pytest.raises(ValueError, match="chief"):
        column.process_bind_param(frozenset({"chief"}), dialect)
