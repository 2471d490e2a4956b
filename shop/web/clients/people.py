"""Private customers: their list, and the record of a person."""

from typing import Any

from flask import render_template, request, url_for

from shop.clients.address_books import address_book_of
from shop.clients.keys import Client
from shop.clients.people import (
    get_client_person,
    organisation_of_person,
    private_customers,
)
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.text import day
from shop.web.clients import blueprint
from shop.web.clients.record import record_of
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import came_from, kept, place_asked
from shop.web.kit.site import current_language, reading


@blueprint.get("/bureau/clients/personnes")
@staff_only(SALES, SALES_ADMIN)
def people() -> str:
    """People who buy for themselves, by name, or those that match a search."""
    wanted = request.args.get("q", "").strip()[:100]
    found = private_customers(reading(), wanted, place_asked())
    query = kept(found, q=wanted)
    return render_template("clients/people.html", people=found, q=wanted, query=query)


@blueprint.get("/bureau/clients/personnes/<int:user_id>", endpoint="person")
@staff_only(SALES, SALES_ADMIN)
def person_page(user_id: int) -> Any:
    """One person: their data, addresses, purchases, and the notes about them."""
    session, client = reading(), Client(user_id=user_id)
    person = get_client_person(session, user_id)
    seen = person.last_sign_in_at
    return render_template(
        "clients/person.html",
        person=person,
        last_signed_in=day(seen, current_language()) if seen else None,
        organisation=organisation_of_person(session, user_id),
        addresses=address_book_of(session, client),
        record=record_of(session, client),
        back=came_from(url_for(".people")),
    )
