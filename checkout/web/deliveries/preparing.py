"""Logistics: the preparation list of one order or of several, to be printed."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for

from checkout.deliveries.preparation import prepare
from checkout.deliveries.queue import numbers_to_prepare, to_prepare
from checkout.web.deliveries import blueprint
from shop.core.actors import LOGISTICS, SALES_ADMIN
from shop.core.parties import parties_from
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import came_from, kept, place_asked
from shop.web.kit.site import reading


@blueprint.get("/bureau/livraisons/preparation")
@staff_only(LOGISTICS, SALES_ADMIN)
def preparation() -> Any:
    """The list of the orders that `?number=` names, or of all with `?whole=1`, under the filters of
    the queue; without any, the orders to choose from.
    """
    numbers: Sequence[str] = request.args.getlist("number")
    if request.args.get("whole"):
        numbers = numbers_to_prepare(reading(), today(), place_asked())
    if not numbers:
        rows = to_prepare(reading(), today(), place_asked())
        return render_template(
            "deliveries/choose.html",
            rows=rows,
            query=kept(rows),
            here="deliveries.queue",
        )
    return render_template(
        "deliveries/preparation.html",
        made=prepare(reading(), numbers),
        parties_from=parties_from,
        at=now(),
        back=came_from(url_for(".queue")),
        here="deliveries.queue",
    )
