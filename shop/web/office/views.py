"""The staff area's first page: the waiting cases of each role."""

from collections.abc import Iterator
from typing import Any

from flask import redirect, render_template, request, url_for

from shop.ops.clock import today
from shop.web.kit.finding import found_dossiers
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import viewer
from shop.web.kit.site import reading
from shop.web.kit.tabs import ShownTab, shown_tabs
from shop.web.office import blueprint
from shop.web.office.pdf_problems import read_problems


class _TabsOfThisPage:
    """Counted only when a page of the staff area renders them."""

    def __iter__(self) -> Iterator[ShownTab]:
        person = viewer()
        return iter(shown_tabs(reading(), person.staff_role if person else None))


@blueprint.app_context_processor
def _tabs() -> dict[str, Any]:
    return {"staff_tabs": _TabsOfThisPage()}


@blueprint.get("/bureau")
@staff_only()
def home() -> str:
    return render_template(
        "office/home.html",
        tabs=list(_TabsOfThisPage()),
        problems=read_problems(reading()),
        today=today(),
    )


@blueprint.get("/bureau/recherche")
@staff_only()
def lookup() -> Any:
    """Dossiers by any number, reference, name or e-mail; one that its number names is shown."""
    asked = request.args.get("q", "").strip()[:100]
    found = found_dossiers(asked)
    if found.named:
        return redirect(url_for("quotes.show", number=found.named), 303)
    return render_template("office/lookup.html", found=found, asked=asked)
