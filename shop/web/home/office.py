"""The office publishes versions of the home page; each is previewed as visitors will see it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.core.actors import ADMIN
from shop.core.marks import mark_of
from shop.home.rules import (
    DELIVERED,
    Banner,
    BannerRefused,
    HomeChanged,
    HomeContent,
    LinkForeign,
    ProductRefused,
    SameHome,
    read,
    written,
)
from shop.home.versions import (
    find_products,
    get_home,
    home_history,
    latest_home,
    products_forward,
    propose_home,
    publish_home,
)
from shop.ops.clock import now, today
from shop.web.catalogue.front import home_facts, read_home_again
from shop.web.catalogue.views import tree
from shop.web.home import blueprint
from shop.web.home.forms import HomeForm, home_form
from shop.web.home.words import missing_from, told
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, local_target, reading, sentence_of

#: The parameter of the address that puts an earlier version in the form.
EARLIER = "version"


@blueprint.get("/bureau/accueil")
@staff_only(ADMIN)
def index() -> Any:
    """The version that is shown, or an earlier one, in the form that publishes the next one."""
    earlier = request.args.get(EARLIER, "")
    is_number = earlier.isdecimal() and len(earlier) <= 9
    return _page(_form(int(earlier) if is_number else None))


@blueprint.get("/bureau/accueil/<int:number>")
@staff_only(ADMIN)
def version(number: int) -> Any:
    """A version that was published."""
    row = get_home(reading(), number)
    content = read(row.content)
    return render_template(
        "home/version.html",
        row=row,
        rows=told(content, tree(), products_forward(reading(), content.products)),
        is_shown=latest_home(reading())[0] == number,
        here="settings.index",
    )


@blueprint.post("/bureau/accueil")
@staff_only(ADMIN)
@key_required
def publish() -> Any:
    """Show the page as it would be; publish what was shown."""
    form, then = _form(), url_for(".index")
    content = _content(form) if form.validate_on_submit() else None
    if content is None:
        return _page(form, 422)
    if request.form.get("again"):
        return _page(form)
    mark = mark_of(written(content), form.read)
    try:
        if form.shown.data != mark:
            propose_home(reading(), content, by=actor())
            return _preview(form, content, mark)
        with database(then).transaction() as session:
            publish_home(session, content, seen=form.read, by=actor(), at=now())
    except HomeChanged as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(form, 409)
    except SameHome as refusal:
        form.say(refusal)
        return _page(form, 422)
    read_home_again()
    flash(_("The home page is published."), "good")
    return redirect(then, 303)


def _form(earlier: int | None = None) -> HomeForm:
    """The form with the version that is shown, or an earlier one, 0 being the delivered one. Raises
    NotFound.
    """
    session = reading()
    number, content = latest_home(session)
    if earlier is not None:
        content = read(get_home(session, earlier).content) if earlier else DELIVERED
    forward = products_forward(session, content.products)
    references = {one.id: one.reference for one in forward.values()}
    return home_form(tree().chapters, content, references, number)


def _content(form: HomeForm) -> HomeContent | None:
    """What was typed; None where a part of it is refused, beside its field."""
    banner: Banner | None = None
    products: tuple[int, ...] = ()
    try:
        banner = form.banner(today())
        if banner is not None and local_target(banner.link, "/") != (banner.link or "/"):
            raise LinkForeign(field="link")
    except BannerRefused as refusal:
        form.refuse_banner(refusal)
    try:
        products = find_products(reading(), form.references)
    except ProductRefused as refusal:
        form.refuse_product(refusal)
    return None if form.errors else HomeContent(form.order, products, banner)


def _preview(form: HomeForm, content: HomeContent, mark: str) -> Any:
    """The home page with the draft, and the form that publishes it."""
    forward = products_forward(reading(), content.products)
    return render_template(
        "home/preview.html",
        form=form,
        mark=mark,
        missing=missing_from(content, tree(), forward),
        **home_facts(tree(), content, is_draft=True),
    )


def _page(form: HomeForm, status: int = 200) -> Any:
    session, catalogue = reading(), tree()
    number, content = latest_home(session)
    forward = products_forward(session, content.products)
    if status == 409:
        form.seen.data = str(number)
    rows = home_history(session, today(), place_asked())
    html = render_template(
        "home/index.html",
        form=form,
        number=number,
        missing=missing_from(content, catalogue, forward),
        meanwhile=told(content, catalogue, forward) if status == 409 else [],
        rows=rows,
        query=kept(rows),
        here="settings.index",
    )
    return html, status
