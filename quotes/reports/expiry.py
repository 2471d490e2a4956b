"""Why quotes expired, by what the shop knows of each."""

from sqlalchemy import BigInteger, ColumnElement, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from quotes.procedure import LAPSED, RUNNING
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.quotes.models import Quote
from quotes.reports.buckets import is_within
from quotes.reports.rules import Label, Period, Row, Table, drawn, rate_of
from shop.core.errors import N_
from shop.core.money import Money
from shop.storage.journal import JournalEntry

#: What is known of an expired quote, the first that is true counting.
_CAUSES = (
    N_("Renewed: another quote took its place"),
    N_("A purchase order was refused, and no other was recorded"),
    N_("A copy came, its original did not"),
    N_("A signed quote came, no purchase order"),
    N_("Neither a copy nor a signed quote came"),
)


def expiry(session: Session, period: Period) -> tuple[Table, ...]:
    """The quotes issued in the period that have expired until today, by what is known of each. A
    quote has one cause, the first of the list that is true. One statement.
    """
    known = (_renewed(), _entered("refuse_purchase_order"), _copied(), _entered("log_signed_quote"))
    causes = case(*((one, n) for n, one in enumerate(known)), else_=len(known))
    over = Quote.stage.in_(RUNNING) & (Quote.valid_until < period.today)
    expired = (
        select(causes.label("cause"), Quote.including.label("including"))
        .where(is_within(Quote.issued_at, period), or_(Quote.stage.in_(LAPSED), over))
        .subquery()
    )
    amount = cast(func.sum(expired.c.including), BigInteger)
    statement = select(expired.c.cause, func.count(), amount).group_by(expired.c.cause)
    found = {cause: (count, cents) for cause, count, cents in session.execute(statement)}
    if not found:
        return ()
    whole = sum(count for count, _cents in found.values())
    rows = []
    for place, cause in enumerate(_CAUSES):
        count, cents = found.get(place, (0, 0))
        rows.append(((Label(cause), count, rate_of(count, whole), Money(cents)), count))
    cents = sum(cents for _count, cents in found.values())
    columns = (N_("Cause"), N_("Quotes"), N_("Share"), N_("Total incl. VAT"))
    sums = Row((None, whole, None, Money(cents)))
    return (Table(N_("Expired quotes by cause"), columns, drawn(rows), sums),)


def _renewed() -> ColumnElement[bool]:
    later = aliased(Quote)
    return exists().where(later.renewed_from_id == Quote.id)


def _copied() -> ColumnElement[bool]:
    return exists().where(PurchaseOrderScan.quote_id == Quote.id)


def _entered(act: str) -> ColumnElement[bool]:
    return exists().where(JournalEntry.dossier_id == Quote.dossier_id, JournalEntry.act == act)
