"""The prices that a member's organisation has by agreement."""

from flask import render_template

from shop.agreements.copies import own_copies
from shop.agreements.lists import agreed_conditions
from shop.core.rights import READ
from shop.ops.clock import today
from shop.web.agreements import blueprint
from shop.web.kit.guards import member_with
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading


@blueprint.get("/compte/prix")
@member_with(READ)
def own() -> str:
    """The conditions in force and to come, with their days."""
    rows = agreed_conditions(reading(), actor().organisation_id, today(), place_asked())
    return render_template(
        "agreements/own.html",
        rows=rows,
        query=kept(rows),
        today=today(),
        copies=own_copies(reading(), actor().organisation_id),
    )
