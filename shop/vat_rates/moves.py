"""The products of a class pass to its new rate of VAT, a few hundred in a transaction.

Each product keeps its price including VAT, or the one excluding VAT, as the setting says: its
history and the journal tell what changed. A change that is stopped in between goes on.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.catalogue.bulk_prices import plan_prices, prices_set_for
from shop.catalogue.bulk_sheets import BulkEdit, edit_products
from shop.catalogue.models import Product
from shop.catalogue.price_rules import HIGHEST, AskedPrice
from shop.catalogue.products import bump_version
from shop.core.actors import SALES, THE_CLOCK, Actor
from shop.core.money import Money
from shop.core.text import paris_day, percent
from shop.settings.models import SettingChange
from shop.settings.settings import settings_known
from shop.settings.vat import keeps_excluding_on, vat_moves_on
from shop.settings.vat_rules import CLASSES, VAT
from shop.storage.db import Database, locking
from shop.storage.journal import record
from shop.vat_rates.models import VatRateMove

#: Products that a transaction changes.
_AT_ONCE = 500
#: The clock changes products as the sales staff would.
_CLOCK = Actor(THE_CLOCK.name, THE_CLOCK.roles | {SALES})


def move_vat_rates(database: Database, *, at: datetime, stopping: Callable[[], bool]) -> int:
    """Carry out the changes whose day has come; how many products passed to another rate. Run
    twice, or by two workers, it changes nothing more.
    """
    moved = 0
    while not stopping():
        with database.reading_session() as session:
            change_id = session.scalar(_due(at))
        if change_id is None:
            break
        with database.transaction() as session:
            moved += _move_some(session, change_id, at=at)
    return moved


def count_products(session: Session, rates: Sequence[int]) -> Mapping[int, int]:
    """The number of products that have each of these rates."""
    rows = (
        select(Product.vat_rate, func.count())
        .where(Product.vat_rate.in_(rates))
        .group_by(Product.vat_rate)
    )
    return dict(session.execute(rows).all())


def _due(at: datetime) -> Any:
    ended = select(VatRateMove.change_id).where(VatRateMove.is_ended)
    return (
        select(SettingChange.id)
        .where(
            SettingChange.part == VAT.key,
            SettingChange.since <= paris_day(at),
            SettingChange.id.not_in(ended),
        )
        .order_by(SettingChange.since, SettingChange.id)
        .limit(1)
    )


def _move_some(session: Session, change_id: int, *, at: datetime) -> int:
    """The next products of a change that another worker has not carried out meanwhile."""
    change = session.scalars(
        locking(session, select(SettingChange).where(SettingChange.id == change_id))
    ).one()
    row = session.get(VatRateMove, change_id)
    if row is None:
        row = VatRateMove(change_id=change_id, products=0)
        session.add(row)
    if row.is_ended:
        return 0
    today = paris_day(at)
    rates = vat_moves_on(settings_known(session), today)
    rows = session.execute(
        locking(
            session,
            select(Product.id, Product.vat_rate, Product.price_including, Product.unit_price)
            .where(Product.vat_rate.in_(rates))
            .order_by(Product.id)
            .limit(_AT_ONCE),
        )
    ).all()
    if rows:
        _move(session, rows, rates, today, at=at)
    row.products += len(rows)
    if len(rows) < _AT_ONCE:
        row.ended_at = at
        _journal(session, change, row.products, at=at)
    return len(rows)


def _move(
    session: Session, rows: Sequence[Any], rates: Mapping[int, int], today: date, *, at: datetime
) -> None:
    edits = [BulkEdit(one.id, {"vat_rate": [one.vat_rate, rates[one.vat_rate]]}) for one in rows]
    edit_products(session, edits, by=_CLOCK, at=at)
    if keeps_excluding_on(settings_known(session), today):
        set_apart = prices_set_for(session, [one.id for one in rows], today)
        asked = {one.id: _asked(one, rates, today) for one in rows if one.id not in set_apart}
        changed = {one.id: one.price_including for one in rows}
        plan_prices(
            session,
            {
                key: price
                for key, price in asked.items()
                if price.price != changed[key] and Money() < price.price <= HIGHEST
            },
            by=_CLOCK,
            at=at,
        )
    bump_version(session)


def _asked(row: Any, rates: Mapping[int, int], today: date) -> AskedPrice:
    after = rates[row.vat_rate]
    # The language of the catalogue, as the history of prices keeps it.
    reason = f"TVA : {percent(row.vat_rate, 'fr')} → {percent(after, 'fr')}"
    return AskedPrice(row.unit_price.including(after), today, reason)


def _journal(session: Session, change: SettingChange, products: int, *, at: datetime) -> None:
    told = [one for one in change.changes if one[0] in CLASSES]
    if not told:
        return
    facts: dict[str, Any] = {
        "since": change.since.isoformat(),
        "changes": told,
        "products": products,
    }
    subject = f"setting_change:{change.id}"
    record(session, subject, "move_vat_rates", by=THE_CLOCK, at=at, **facts)
