"""The sales staff: the products of the catalogue, and one of them with all that is known of it."""

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from shop.catalogue.pictures import photographs_from, picture_url
from shop.catalogue.prices import planned_prices
from shop.catalogue.product_lists import (
    Wanted,
    all_brands,
    all_departments,
    get_office_product,
    history_of,
    product_rows,
)
from shop.catalogue.rules import availability
from shop.catalogue.shelf import ShownProduct
from shop.core.actors import SALES, SALES_ADMIN
from shop.web.catalogue.labels import stock_words
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import came_from, kept, place_asked
from shop.web.kit.site import current_language, reading
from shop.web.kit.tabs import Group, Tab
from shop.web.products import blueprint
from shop.web.products.history import changes_of, told

TAB = Tab(
    "products.index",
    _l("Products"),
    frozenset({SALES, SALES_ADMIN}),
    order=30,
    about=_l("product sheets, prices and pictures"),
    group=Group.GOODS,
)


@blueprint.get("/bureau/produits")
@staff_only(SALES, SALES_ADMIN)
def index() -> str:
    """The products that a search finds, or all of them."""
    asked, wanted = asked_of_list()
    session = reading()
    rows = product_rows(session, wanted, place_asked())
    return render_template(
        "products/index.html",
        rows=rows,
        asked=asked,
        query=kept(rows, **asked),
        departments=all_departments(session),
        brands=all_brands(session),
    )


def asked_of_list() -> tuple[dict[str, str], Wanted]:
    """What the address asks of the list: as it was typed, and as a search."""
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("q", "family", "brand")}
    return asked, Wanted(asked["q"], asked["family"], asked["brand"])


@blueprint.get("/bureau/produits/<int:product_id>")
@staff_only(SALES, SALES_ADMIN)
def show(product_id: int) -> str:
    """One product: its sheet, its stock, its history."""
    session = reading()
    product = get_office_product(session, product_id)
    stock = product.stock
    shelf = availability(
        on_hand=stock.on_hand,
        reserved=stock.reserved,
        backorder=stock.backorder,
        lead_days=product.row.lead_days,
        restock_on=product.row.restock_on,
    )
    rows = history_of(session, product_id, place_asked())
    return render_template(
        "products/show.html",
        product=product,
        shown=ShownProduct(product.row, shelf),
        stock=stock_words(shelf, current_language()),
        picture=picture_url(product.row.picture, product.row.finish),
        photographs=photographs_from(product.row.photographs),
        planned=planned_prices(session, product_id),
        rows=rows,
        told=told,
        changes_of=changes_of,
        query=kept(rows, product_id=str(product_id), back=came_from()),
        back=came_from(url_for(".index")),
        here="products.index",
    )
