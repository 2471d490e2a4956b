"""The reference's pages. Frozen, see the package."""

import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, abort, g, redirect, render_template, request, session
from sqlalchemy import Connection

from tests.bench.reference import statements
from tests.bench.reference.schema import create_engine

#: Quantities come in the form; a cart that does not exist yet has no lines.
NOBODY = "-"


def create_app(url: str | None = None, cards: int | None = None) -> Flask:
    """The application on a database that `schema.fill` has made, with that many cards a page."""
    app = Flask(__name__)
    app.secret_key = "the reference keeps no secrets"
    engine = create_engine(url or os.environ["REFERENCE_URL"])
    app.extensions["cards"] = cards or int(os.environ.get("REFERENCE_CARDS", "21"))
    app.extensions["engine"] = engine
    app.jinja_env.filters["money"] = money
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_token=csrf_token, nonce=lambda: g.nonce)
    app.before_request(_begin)
    app.after_request(_secure)
    for rule, view in (
        ("/category/<slug>", category),
        ("/product/<slug>", product),
        ("/cart", cart),
    ):
        app.add_url_rule(rule, view_func=view(app))
    app.add_url_rule("/cart/add", view_func=add(app), methods=["POST"])
    app.add_url_rule("/order", view_func=order(app), methods=["POST"])
    return app


def money(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u202f") + f",{rest:02d}\u00a0€"


def csrf_token() -> str:
    token = session.get("csrf")
    if token is None:
        token = session["csrf"] = secrets.token_urlsafe(32)
    return str(token)


def _begin() -> None:
    g.nonce = secrets.token_urlsafe(16)
    if request.method == "POST":
        sent = request.form.get("csrf_token", "")
        if not hmac.compare_digest(sent, session.get("csrf", "-")):
            abort(422)


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' 'nonce-{g.nonce}'; base-uri 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _cart() -> str:
    return str(session.get("cart", NOBODY))


@contextmanager
def _writing(app: Flask) -> Iterator[Connection]:
    with app.extensions["engine"].connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()


def category(app: Flask) -> Any:
    def show(slug: str) -> str:
        price, _, row_id = request.args.get("after", "0-0").partition("-")
        with app.extensions["engine"].connect() as connection:
            shelf = connection.execute(statements.CATEGORY, {"slug": slug}).first()
            if shelf is None:
                abort(404)
            facts = {"category_id": shelf.id}
            facets = connection.execute(statements.FACETS, facts).all()
            facts |= {"price": int(price), "row_id": int(row_id)}
            facts["cards"] = app.extensions["cards"] + 1
            rows = connection.execute(statements.LISTING, facts).all()
            count = connection.execute(statements.COUNT, {"cart": _cart()}).scalar()
        more, rows = len(rows) > app.extensions["cards"], rows[: app.extensions["cards"]]
        groups: dict[str, list[Any]] = {}
        for facet in facets:
            groups.setdefault(facet.kind, []).append(facet)
        return render_template(
            "category.html", shelf=shelf, groups=groups, rows=rows, more=more, count=count
        )

    show.__name__ = "category"
    return show


def product(app: Flask) -> Any:
    def show(slug: str) -> str:
        with app.extensions["engine"].connect() as connection:
            row = connection.execute(statements.PRODUCT, {"slug": slug}).first()
            if row is None:
                abort(404)
            facts = {"category_id": row.category_id, "row_id": row.id}
            related = connection.execute(statements.RELATED, facts).all()
            count = connection.execute(statements.COUNT, {"cart": _cart()}).scalar()
        return render_template(
            "product.html",
            row=row,
            specifications=json.loads(row.specifications),
            rows=related,
            count=count,
        )

    show.__name__ = "product"
    return show


def cart(app: Flask) -> Any:
    def show() -> str:
        with app.extensions["engine"].connect() as connection:
            rows = connection.execute(statements.CART, {"cart": _cart()}).all()
        return render_template(
            "cart.html",
            rows=rows,
            count=sum(row.quantity for row in rows),
            total=sum(row.price * row.quantity for row in rows),
        )

    show.__name__ = "cart"
    return show


def add(app: Flask) -> Any:
    def act() -> Any:
        if "cart" not in session:
            session["cart"] = secrets.token_urlsafe(32)
        quantity = int(request.form.get("quantity", "1"))
        with _writing(app) as connection:
            facts = {"cart": _cart(), "sku": request.form["sku"], "quantity": quantity}
            if connection.execute(statements.ADD, facts).rowcount != 1:
                abort(404)
            session["count"] = connection.execute(statements.COUNT, facts).scalar()
        return redirect("/cart", 303)

    act.__name__ = "add"
    return act


def order(app: Flask) -> Any:
    def act() -> Any:
        lines = int(request.form["lines"])
        with _writing(app) as connection:
            number = statements.place_order(connection, _cart(), lines, request.form["email"])
            if number is None:
                abort(409)
        session.pop("cart")
        return redirect(f"/cart?ordered={number}", 303)

    act.__name__ = "order"
    return act
