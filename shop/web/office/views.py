"""The staff area's first page: the waiting cases of each role."""

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from shop.core.lookup_terms import LEAST_PART
from shop.dossiers import pdf_attempts
from shop.dossiers.day import done_on
from shop.dossiers.repeated_emails import SENDERS
from shop.dossiers.signatures import signing_state
from shop.ops.clock import now, today
from shop.staff.rules import names_of
from shop.web.dossiers.sentences import SENTENCES
from shop.web.kit.found import found_by_staff
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, page_before, place_url
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, reading, settings
from shop.web.kit.tabs import Menu, ShownTab, menus_of, shown_tabs
from shop.web.office import blueprint
from shop.web.office.pdf_problems import read_problems
from shop.web.office.refused_emails import read_refused


class _MenusOfThisPage:
    """Counted only when a page of the staff area renders them."""

    def __iter__(self) -> Iterator[Menu]:
        return iter(menus_of(_tabs()))


def _tabs(*, first_page: bool = False) -> list[ShownTab]:
    person = viewer()
    held: frozenset[str] = person.staff_roles if person else frozenset()
    return shown_tabs(reading(), held, now(), first_page=first_page)


@blueprint.app_context_processor
def _menus() -> dict[str, Any]:
    return {"staff_menus": _MenusOfThisPage()}


@blueprint.get("/bureau")
@staff_only()
def home() -> Any:
    return _home()


@blueprint.post("/bureau/documents/<int:paper_id>")
@staff_only()
@key_required
def make_again(paper_id: int) -> Any:
    """Let the PDF of a document be made again, after a failure."""
    then = place_url(".home")
    with database(then).transaction() as session:
        number = pdf_attempts.make_again(session, paper_id, by=actor(), at=now())
    flash(_("The PDF of %(number)s is being made again.", number=number), "good")
    return redirect(then, 303)


def _home() -> str:
    problems = read_problems(reading())
    refused = read_refused(reading())
    return render_template(
        "office/home.html",
        menus=menus_of(_tabs(first_page=True)),
        problems=problems,
        refused=refused,
        signing=signing_state(
            reading(), settings().signing_certificate, settings().signing_passphrase_file, at=now()
        ),
        query=kept(problems, refused),
        done=done_on(reading(), today(), SENTENCES, by=actor()),
        titles={act: title for act, (title, _rest) in SENTENCES.items()},
        may_send=actor().has(*SENDERS),
        today=today(),
        names_of=names_of,
    )


@blueprint.get("/bureau/recherche")
@staff_only()
def lookup() -> Any:
    """Anything by its number, its names, its amount; what a number names is shown at once."""
    found = found_by_staff()
    if found.at_once:
        return redirect(found.at_once.url(page_before()), 303)
    return render_template("office/lookup.html", found=found, least_part=LEAST_PART)
