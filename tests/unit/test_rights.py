"""The rights of each role of a member of an organisation."""

import pytest

from shop.core import rights
from shop.core.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN, READER, Actor
from shop.core.errors import NotAllowed
from shop.core.rights import RIGHTS, ROLE_NAMES, ensure_may, may

#: The names by which pages and refusals refer to each right, and the roles that have it.
TABLE = {
    "read": {MEMBER_ADMIN, BUYER, ACCOUNTANT, READER},
    "buy": {MEMBER_ADMIN, BUYER},
    "keep_addresses": {MEMBER_ADMIN, BUYER},
    "keep_contacts": {MEMBER_ADMIN, BUYER, ACCOUNTANT},
    "keep_paying_services": {MEMBER_ADMIN, BUYER, ACCOUNTANT},
    "export_invoices": {MEMBER_ADMIN, ACCOUNTANT},
    "administer": {MEMBER_ADMIN},
}


def test_the_table_says_who_has_each_right():
    assert {right.name: right.who for right in RIGHTS} == TABLE
    for name in TABLE:
        assert getattr(rights, name.upper()).name == name


def test_every_right_and_every_role_has_its_text():
    assert all(right.about for right in RIGHTS)
    assert list(ROLE_NAMES) == [MEMBER_ADMIN, BUYER, ACCOUNTANT, READER]


@pytest.mark.parametrize("role", list(ROLE_NAMES))
def test_a_missing_right_is_refused(role: str):
    by = Actor("Somebody", frozenset({role}))
    for right in RIGHTS:
        assert may(by, right) == (role in TABLE[right.name])
        if role in TABLE[right.name]:
            ensure_may(by, right)
            continue
        with pytest.raises(NotAllowed) as refused:
            ensure_may(by, right)
        assert refused.value.facts == {"act": right.name}


def test_one_of_several_roles_is_enough():
    by = Actor("Somebody", frozenset({READER, ACCOUNTANT}))
    assert may(by, rights.EXPORT_INVOICES)
    assert not may(by, rights.BUY)
