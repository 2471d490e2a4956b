"""The conditions of the visitor's organisation, for the prices that pages show."""

from flask import g

from shop.agreements.conditions import conditions_in_force
from shop.agreements.rules import NO_CONDITIONS, Condition
from shop.ops.clock import today
from shop.web.kit.sessions import viewer
from shop.web.kit.site import reading


def conditions_today() -> tuple[Condition, ...]:
    """The conditions of today, read once for the request; no statement for a visitor or for the
    members of an organisation without a signed agreement.
    """
    person = viewer()
    if person is None or not person.has_agreement:
        return NO_CONDITIONS
    if "conditions_today" not in g:
        g.conditions_today = conditions_in_force(reading(), person.organisation_id, today())
    found: tuple[Condition, ...] = g.conditions_today
    return found
