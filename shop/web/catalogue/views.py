"""The catalogue's pages: home, departments, products, search, pictures."""

from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from shop.catalogue import listing, search
from shop.catalogue.delays import expected_delivery
from shop.catalogue.keyset import NUMBERED, ListRequest, cursor_from
from shop.catalogue.pictures import drawing, photographs_from, picture_url
from shop.catalogue.product_addresses import present_slug
from shop.catalogue.shelf import get_product, request_alert
from shop.catalogue.tree import Tree, TreeCache
from shop.core.errors import NotFound
from shop.core.sales import price_basis
from shop.ops.clock import now
from shop.web.catalogue import blueprint
from shop.web.catalogue.forms import AlertForm, filters_from, sort_from
from shop.web.catalogue.front import home_facts, home_today
from shop.web.catalogue.labels import agreed_prices, cards, stock_words
from shop.web.catalogue.lists import count_words, list_page
from shop.web.kit.bounds import number_asked
from shop.web.kit.destinations import delivery_price, destination
from shop.web.kit.guards import everybody
from shop.web.kit.sessions import actor, reads_excluding, viewer
from shop.web.kit.site import current_language, database, reading
from shop.web.kit.tariff import closed_days_today


def tree() -> Tree:
    """Departments and their counts, from the cache of this process."""
    cache: TreeCache = current_app.extensions["comptoir.tree"]
    return cache.current()


@blueprint.record_once
def _furnish(state: Any) -> None:
    app = state.app
    app.extensions["comptoir.tree"] = TreeCache(
        lambda: app.extensions["comptoir.database"].reading()
    )
    app.jinja_env.globals["chapters_menu"] = chapters_menu


def chapters_menu() -> Markup:
    """The departments as list items; made once for each version of the catalogue and language."""
    catalogue, language = tree(), current_language()
    menu = catalogue.menus.get(language)
    if menu is None:
        item = Markup('<li><a href="{}">{}</a></li>')
        menu = Markup("").join(
            item.format(chapter.url, chapter.title(language)) for chapter in catalogue.chapters
        )
        catalogue.menus[language] = menu
    return menu


@blueprint.get("/")
@everybody
def home() -> str:
    return render_template("catalogue/home.html", **home_facts(tree(), home_today()))


@blueprint.get("/rayon/<slug>")
@everybody
def category(slug: str) -> str:
    catalogue, language = tree(), current_language()
    department = catalogue.by_slug.get(slug)
    if department is None:
        abort(404)
    asked = ListRequest(
        sort_from(request.args),
        filters_from(request.args),
        number=number_asked("page", most=NUMBERED),
        after=cursor_from(request.args.get("after")),
        before=cursor_from(request.args.get("before")),
    )
    with database().reading() as connection:
        shown = list_page(connection, catalogue, department, asked, language=language)
    parent = catalogue.by_id.get(department.parent_id or 0)
    return render_template(
        "catalogue/category.html",
        department=department,
        parent=parent,
        families=catalogue.families(department),
        list=shown,
        in_stock=next(
            (
                f.count
                for f in catalogue.facets(department).get("supply", [])
                if f.value == "in_stock"
            ),
            0,
        ),
        public=reads_excluding(),
    )


@blueprint.get("/produit/<slug>")
@everybody
def product(slug: str) -> Any:
    """The page of a product; a former address leads to the present one."""
    try:
        return _product_page(slug, AlertForm())
    except NotFound:
        present = present_slug(reading(), slug)
        if present is None:
            raise
    return redirect(url_for(".product", slug=present), 301)


def _product_page(slug: str, form: AlertForm) -> str:
    catalogue, language = tree(), current_language()
    with database().reading() as connection:
        shown = get_product(connection, slug)
        related = listing.same_family(connection, shown.row.category_id, shown.row.id)
    person = viewer()
    if person is not None and not form.is_submitted():
        form.email.data = person.email
    above = shown.row.chapter_id, shown.row.category_id
    trail = [catalogue.by_id[i] for i in above if i in catalogue.by_id]
    delivery = delivery_price(
        destination(),
        weight_g=shown.row.weight_g,
        bulky=shown.row.bulky,
        basis=price_basis(actor()),
    )
    return render_template(
        "catalogue/product.html",
        product=shown,
        prices=agreed_prices(shown),
        row=shown.row,
        trail=list(dict.fromkeys(trail)),
        picture=picture_url(shown.row.picture, shown.row.finish),
        photographs=photographs_from(shown.row.photographs),
        stock=stock_words(shown.availability, language),
        delivery=delivery,
        expected=expected_delivery(
            shown.availability,
            now(),
            extra_days=delivery.extra_days,
            closed=closed_days_today(),
        )
        if delivery.is_served
        else None,
        related=cards(related, language),
        form=form,
        public=reads_excluding(),
    )


@blueprint.post("/produit/<slug>/me-prevenir")
@everybody
def alert(slug: str) -> Any:
    form = AlertForm()
    if not form.validate_on_submit():
        return _product_page(slug, form), 422
    address = str(form.email.data)
    then = f"/produit/{slug}"
    with database(then).transaction() as session:
        request_alert(session, slug, email=address, language=current_language(), at=now())
    flash(
        _("Thank you: we will e-mail %(email)s as soon as it is back in stock.", email=address),
        "good",
    )
    return redirect(then, 303)


@blueprint.get("/recherche", endpoint="search")
@everybody
def search_page() -> str:
    words = (sign if sign.isprintable() else " " for sign in request.args.get("q", ""))
    query = "".join(words).strip()[:200]
    number = number_asked("page", most=search.DEEPEST)
    language = current_language()
    corrected = None
    with database().reading() as connection:
        found = search.find(connection, query, page=number)
        rows = listing.cards(connection, found.product_ids)
        if query and not found.total:
            corrected = search.did_you_mean(connection, query)
    last = min(search.DEEPEST, -(-found.total // search.PAGE_SIZE))
    return render_template(
        "catalogue/search.html",
        query=query,
        cards=cards(rows, language),
        total=found.total,
        total_words=count_words(
            min(found.total, search.COUNTED), language, capped=found.more_than_counted
        ),
        corrected=corrected,
        single_words=search.single_words(query) if not found.total else [],
        number=number,
        last=last,
        cut=number == last and found.total > last * search.PAGE_SIZE,
        chapters=tree().chapters,
        public=reads_excluding(),
    )


@blueprint.get("/images/<family>-<finish>.svg")
@everybody
def picture(family: str, finish: str) -> Response:
    svg = drawing(family, finish)
    if svg is None:
        abort(404)
    return Response(
        svg,
        mimetype="image/svg+xml",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
