"""The environment of a run: databases filled twice, servers started, all of it removed at the
end.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from shop.catalogue.keyset import PAGE_SIZE
from shop.ops.clock import now
from shop.storage.db import Database
from tests import postgres
from tests.bench import servers
from tests.bench.buyers import add_buyers
from tests.bench.shelves import fill_shop
from tests.bench.yardstick import fill_reference

DATABASES = ("postgresql", "sqlite")


@dataclass(frozen=True, slots=True)
class Side:
    """Both applications on one kind of database."""

    kind: str
    shop_url: str
    shop: str
    reference: str


@contextmanager
def staged(products: int, kinds: tuple[str, ...] = DATABASES) -> Iterator[tuple[Path, list[Side]]]:
    """A folder for the run, and the sides, filled and served."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comptoir-bench-")))
        card_port = servers.free_port()
        stack.enter_context(servers.card_processor(card_port, folder))
        sides = []
        for kind in kinds:
            shop_url, reference_url = _databases(kind, folder, stack)
            database = Database(shop_url)
            fill_shop(database, products, at=now())
            add_buyers(database, at=now())
            database.dispose()
            fill_reference(reference_url, products)
            shop = stack.enter_context(servers.shop(shop_url, folder, card_port=card_port))
            yardstick = stack.enter_context(
                servers.reference(reference_url, folder, cards=PAGE_SIZE)
            )
            sides.append(Side(kind, shop_url, shop, yardstick))
        yield folder, sides


def _databases(kind: str, folder: Path, stack: ExitStack) -> tuple[str, str]:
    if kind == "sqlite":
        return f"sqlite:///{folder}/shop.db", f"sqlite:///{folder}/reference.db"
    url = stack.enter_context(postgres.server())
    admin = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in ("shop", "reference"):
            connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return url.format(name="shop"), url.format(name="reference")
