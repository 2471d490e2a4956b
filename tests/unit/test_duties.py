"""The table of duties: acts that two persons do."""

from checkout.credits.procedure import PROCEDURE as REFUNDS
from checkout.orders.procedure import PROCEDURE as ORDERS
from checkout.payments.procedure import PROCEDURE as TRANSFERS
from quotes.procedure import PROCEDURE as QUOTES
from shop.bank_details.procedure import PROCEDURE as BANK_DETAILS
from shop.core.actors import ACCOUNTING, Actor, is_same_person
from shop.duties.rules import DUTIES

BOOKS = frozenset({ACCOUNTING})


def test_every_act_of_the_table_is_an_act_of_the_shop():
    tables = (REFUNDS, ORDERS, TRANSFERS, QUOTES, BANK_DETAILS)
    known = {transition.name for table in tables for transition in table.transitions}
    for duty in DUTIES:
        assert known.issuperset({duty.second, *duty.first}), duty.key


def test_a_person_is_known_by_their_account_else_by_their_name():
    for other in (Actor("Ada", BOOKS, 2), Actor("Max", BOOKS, 2)):
        assert not is_same_person(other, user_id=1, name="Max")
    for same in (Actor("Max", BOOKS, 1), Actor("Renamed", BOOKS, 1)):
        assert is_same_person(same, user_id=1, name="Max")
    assert is_same_person(Actor("Max", BOOKS), user_id=None, name="Max")
