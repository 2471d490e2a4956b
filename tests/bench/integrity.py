"""After any load: what must be true of the shop's database, whatever was fast or slow."""

from sqlalchemy import Connection, text

from shop.storage.db import Database

#: Numbers of issued documents by series: the tables that store them.
SERIES = {"CO": "orders", "DE": "quotes"}

_STOCK = """
SELECT s.product_id, s.on_hand, s.reserved,
  COALESCE(SUM(CASE
    WHEN m.kind IN ('received', 'unshipped', 'returned', 'corrected') THEN m.quantity
    WHEN m.kind = 'shipped' THEN -m.quantity END), 0),
  COALESCE(SUM(CASE WHEN m.kind IN ('reserved', 'unshipped') THEN m.quantity
    WHEN m.kind IN ('released', 'shipped') THEN -m.quantity END), 0)
FROM stock s LEFT JOIN stock_movements m ON m.product_id = s.product_id
GROUP BY s.product_id, s.on_hand, s.reserved
"""
_PROMISED = """
SELECT l.product_id, SUM(l.quantity - l.delivered) FROM order_lines l
JOIN orders o ON o.id = l.order_id WHERE l.product_id IS NOT NULL AND o.stage <> 'cancelled'
GROUP BY l.product_id
"""


def faults(database: Database) -> list[str]:
    """Sentences about inconsistent data; none when all is consistent.

    Stock is what was received less what was shipped and did not come back, as corrected by counts,
    and is reserved only for open orders; numbers
    of orders and quotes have no gap; every order has lines.
    """
    with database.reading() as connection:
        return [*_stock(connection), *_numbers(connection), *_lines(connection)]


def _stock(connection: Connection) -> list[str]:
    found = []
    promised = {row[0]: int(row[1]) for row in connection.execute(text(_PROMISED))}
    for product, on_hand, reserved, held, set_aside in connection.execute(text(_STOCK)):
        if on_hand != held:
            found.append(f"product {product}: {on_hand} on hand, movements say {held}")
        if not reserved == set_aside == promised.get(product, 0):
            found.append(
                f"product {product}: {reserved} reserved, movements say {set_aside},"
                f" open orders {promised.get(product, 0)}"
            )
    return found


def _numbers(connection: Connection) -> list[str]:
    found = []
    for series, table in SERIES.items():
        numbers = connection.execute(text(f"SELECT number FROM {table} ORDER BY number")).scalars()
        by_year: dict[str, list[int]] = {}
        for number in numbers:
            _, year, rank = number.split("-")
            by_year.setdefault(year, []).append(int(rank))
        for year, ranks in by_year.items():
            if ranks != list(range(1, len(ranks) + 1)):
                found.append(f"{series}-{year}: {len(ranks)} numbers up to {ranks[-1]}: a gap")
    return found


def _lines(connection: Connection) -> list[str]:
    found = []
    for one, many in (("order", "orders"), ("quote", "quotes")):
        empty = connection.execute(
            text(
                f"SELECT count(*) FROM {many} p WHERE NOT EXISTS"
                f" (SELECT 1 FROM {one}_lines l WHERE l.{one}_id = p.id)"
            )
        ).scalar()
        if empty:
            found.append(f"{empty} {many} without a line")
    return found
