"""The pages that are measured: requests of both sides, with real visitors' sessions and tokens."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

from shop.web.kit.once import FIELD
from tests.bench.goods import COMMON, DEPARTMENTS, RARE
from tests.bench.load import FRESH_KEY, Request, load, write_requests
from tests.bench.rounds import Case, Measure
from tests.bench.shelves import department_slug
from tests.bench.visitor import Page, Refused, Visitor

#: Visitors, each with a cart of LINES lines, and further products that they put in.
VISITORS, LINES = 8, 5
#: Pages further on in a list, reached by following "next" from page one.
DEEP = 24
_SKU = re.compile(r'name="sku"\s+value="([^"]+)"')

#: The share of the reference's speed to reach on PostgreSQL.
GOALS = {
    "category": 0.45,
    "deep page": 0.45,
    "product": 0.45,
    "cart": 0.36,
    "add to cart": 0.55,
    "search, rare word": 0.24,
    "search, common word": 0.24,
}

Requests = dict[str, list[Request]]


def _deep(visitor: Visitor, first: str) -> str:
    path = first
    for _ in range(DEEP):
        page = visitor.get(path)
        found = re.search(r'rel="next"\s+href="([^"]+)"', page.text)
        if found is None:
            raise Refused(f"{path} has no next page: the catalogue is too small")
        path = found[1].replace("&amp;", "&")
    return path


def _gather(address: str, lists: Sequence[str], product: str, add: str, cart: str) -> Requests:
    """What visitors of one side request: `product` is the prefix of a product's address."""
    found: Requests = {name: [] for name in ("category", "deep page", "product", "cart")}
    found["add to cart"] = []
    deep = [_deep(Visitor(address), path) for path in lists[:2]]
    for number in range(VISITORS):
        visitor = Visitor(address)
        page = visitor.get(lists[number % len(lists)])
        skus = _SKU.findall(page.text)
        form = page.form(add)
        for sku in skus[:LINES]:
            visitor.post(form.action, [*form.fields, ("sku", sku)])
        _ensure_filled(visitor.get(cart), skus[:LINES])
        cookie = visitor.cookie_header()
        found["category"] += [Request("GET", path, cookie) for path in lists]
        found["deep page"] += [Request("GET", path, cookie) for path in deep]
        products = dict.fromkeys(page.links(product))
        found["product"] += [Request("GET", path, cookie) for path in products]
        found["cart"].append(Request("GET", cart, cookie))
        fields = [(name, FRESH_KEY if name == FIELD else each) for name, each in form.fields]
        bodies = (urlencode([*fields, ("sku", sku)]) for sku in skus[LINES - 1 : LINES])
        found["add to cart"] += [Request("POST", form.action, cookie, body) for body in bodies]
    return found


def _ensure_filled(cart: Page, skus: Sequence[str]) -> None:
    for sku in skus:
        if sku not in cart.text:
            raise Refused(f"{sku} was put into the cart and is not there: {cart.url}")


def shop_requests(address: str) -> Requests:
    lists = [f"/rayon/{department_slug(n)}" for n in range(len(DEPARTMENTS))]
    found = _gather(address, lists, "/produit/", '="/panier"', "/panier")
    cookie = found["cart"][0].cookie
    for name, word in (("rare", RARE), ("common", COMMON)):
        path = f"/recherche?q={quote(word)}"
        page = Visitor(address).get(path)
        if not page.links("/produit/"):
            raise Refused(f"{path} finds nothing")
        found[f"search, {name} word"] = [Request("GET", path, cookie)]
    return found


def reference_requests(address: str) -> Requests:
    lists = [f"/category/shelf-{n}" for n in range(len(DEPARTMENTS))]
    found = _gather(address, lists, "/product/", "/cart/add", "/cart")
    for name in ("rare", "common"):
        found[f"search, {name} word"] = found["product"]
    return found


def cases(database: str, shop: str, reference: str, folder: Path, *, seconds: float) -> list[Case]:
    """The cases of one database; the goals apply to PostgreSQL."""
    sides = ((shop, shop_requests(shop)), (reference, reference_requests(reference)))
    made = []
    for name in GOALS:
        measures: list[Measure] = []
        for number, (address, requests) in enumerate(sides):
            file = folder / f"{database}-{number}-{name.replace(' ', '-')}.requests"
            write_requests(file, requests[name])
            measures.append(partial(load, address, file, seconds))
        goal = GOALS[name] if database == "postgresql" else None
        made.append(Case(name, database, measures[0], measures[1], goal))
    return made
