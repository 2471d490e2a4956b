"""Shoppers in closed loops: each repeats the whole checkout through the pages."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from tests.bench.buyers import PASSWORD, email_of
from tests.bench.load import Sample
from tests.bench.shelves import department_slug
from tests.bench.visitor import Page, Refused, Visitor

#: Shoppers buy the first products of so few departments.
LINES, CROWDED = 5, 2
_SKU = re.compile(r'name="sku"\s+value="([^"]+)"')

Walk = Callable[[str, int], int]
"""One purchase at an address by shopper `number`; returns how many requests it took."""


@dataclass(slots=True)
class Takings:
    """What a crowd of shoppers did: seconds of each purchase by shopper, and the errors."""

    seconds: float
    purchases: list[list[float]]
    errors: list[str] = field(default_factory=list)
    requests: int = 0

    @property
    def count(self) -> int:
        return sum(len(each) for each in self.purchases)

    @property
    def fairness(self) -> float:
        """The slowest shopper's purchases as a share of the fastest's."""
        counts = [len(each) for each in self.purchases]
        return min(counts) / max(counts) if max(counts, default=0) else 0.0

    def sample(self) -> Sample:
        every = sorted(1000 * each for shopper in self.purchases for each in shopper)
        if len(every) < 2:
            return Sample(self.count / self.seconds, len(self.errors), 0.0, 0.0, 0.0)
        cuts = quantiles(every, n=100, method="inclusive")
        return Sample(self.count / self.seconds, len(self.errors), cuts[49], cuts[94], cuts[98])


def crowd(walk: Walk, address: str, *, shoppers: int, seconds: float, most: int = 0) -> Takings:
    """Let shoppers buy at once for some time, each at most `most` times if that is given."""
    purchases: list[list[float]] = [[] for _ in range(shoppers)]
    errors: list[str] = []
    requests = [0] * shoppers
    began = time.monotonic()

    def shop(number: int) -> None:
        while time.monotonic() - began < seconds:
            if most and len(purchases[number]) >= most:
                return
            start = time.monotonic()
            try:
                requests[number] += walk(address, number)
            except (Refused, OSError, IndexError) as error:
                errors.append(f"{type(error).__name__}: {error}")
                if len(errors) > 20:
                    return
                continue
            purchases[number].append(time.monotonic() - start)

    threads = [threading.Thread(target=shop, args=(number,)) for number in range(shoppers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Takings(time.monotonic() - began, purchases, errors, sum(requests))


def _fill(visitor: Visitor, listing: Page, add: str) -> None:
    form = listing.form(add)
    skus: Sequence[str] = _SKU.findall(listing.text)[:LINES]
    if len(skus) < LINES:
        raise Refused(f"{listing.url} offers {len(skus)} products")
    for sku in skus:
        visitor.post(form.action, [*form.fields, ("sku", sku)])


def _addresses(number: int) -> dict[str, str]:
    return {
        "contact_name": f"Camille Martin {number}",
        "contact_phone": "02 33 00 00 00",
        "header_line1": "3, rue des Tilleuls",
        "header_postal_code": "61000",
        "header_city": "Alençon",
    }


def guest(address: str, number: int) -> int:
    """A guest fills a cart, enters the addresses, pays by card and reads the confirmation."""
    visitor = Visitor(address)
    _fill(visitor, visitor.get(f"/rayon/{department_slug(number % CROWDED)}"), '="/panier"')
    visitor.get("/panier")
    page = visitor.get("/commande/identification")
    page = visitor.submit(page, "/commande/identification", email=f"client{number}@example.org")
    person = {"header_name": f"Camille Martin {number}", **_addresses(number)}
    page = visitor.submit(page, "/commande/adresses", **person)
    page = visitor.submit(page, "/commande/livraison")
    page = visitor.submit(page, "/commande/paiement/carte")
    card = {"cardNumber": "4242424242424242", "cardExpiry": "12 / 34", "cardCvc": "123"}
    page = visitor.submit(page, "/c/pay/", **card, billingName="Camille Martin")
    if "CO-" not in page.text:
        raise Refused(f"{page.url} confirms no order: {page.text[:300]}")
    return visitor.requests


def buyer(address: str, number: int) -> int:
    """A buyer of a verified public body, signed in since the first purchase, issues a quote."""
    visitor = _BUYERS.get((address, number))
    if visitor is None:
        visitor = _BUYERS[address, number] = Visitor(address)
        page = visitor.get("/connexion")
        visitor.submit(page, "/connexion", email=email_of(number), password=PASSWORD)
    before = visitor.requests
    _fill(visitor, visitor.get(f"/rayon/{department_slug(number % CROWDED)}"), '="/panier"')
    visitor.get("/panier")
    service = {"service_name": "Comptabilité", "service_email": "compta@ville.example"}
    service |= {"service_line1": "1, place de la République"}
    service |= {"service_postal_code": "61130", "service_city": "Bellefontaine"}
    page = visitor.get("/commande/identification")
    page = visitor.submit(page, "/commande/adresses", **_addresses(number), **service)
    visitor.submit(page, "/commande/livraison")
    page = visitor.get("/commande/devis")
    page = visitor.submit(page, "/commande/devis", accepted="y", by="pdf")
    if "DE-" not in page.text:
        raise Refused(f"{page.url} shows no quote: {page.text[:300]}")
    return visitor.requests - before


def customer_of_reference(address: str, number: int) -> int:
    """The same purchase in the reference, which has one step."""
    visitor = Visitor(address)
    shelf = f"/category/shelf-{number % CROWDED}"
    _fill(visitor, visitor.get(shelf), "/cart/add")
    page = visitor.submit(visitor.get("/cart"), "/order")
    if "enregistrée" not in page.text:
        raise Refused(f"{page.url} confirms no order")
    return visitor.requests


def adder(address: str, number: int) -> int:
    """One write: a product more in a cart that is kept from one time to the next."""
    known = _KEPT.get((address, number))
    if known is None:
        visitor = Visitor(address)
        path = f"/rayon/{department_slug(number % CROWDED)}"
        listing = visitor.get(path)
        known = _KEPT[address, number] = (visitor, listing)
    visitor, listing = known
    form = listing.form('="/panier"')
    visitor.post(form.action, [*form.fields, ("sku", _SKU.findall(listing.text)[0])])
    return 1


_BUYERS: dict[tuple[str, int], Visitor] = {}
_KEPT: dict[tuple[str, int], tuple[Visitor, Page]] = {}
