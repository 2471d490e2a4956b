"""What public bodies spend, by body and by family of goods."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy.orm import Session

from checkout.ledger.criteria import Criteria
from checkout.ledger.documents import Asked
from checkout.ledger.spend import spend_of_bodies
from quotes.reports.rules import Label, Period, Row, Table, Value, drawn
from shop.core.actors import Actor
from shop.core.errors import N_
from shop.core.folding import fold_name
from shop.core.money import Money, total

_COLUMNS = (N_("Body"), N_("Family of goods"), N_("Total excl. VAT"))
#: What is no product.
_OTHER = Label(N_("Delivery and services"))
_ALL = Label(N_("all"))


def spending(session: Session, period: Period, language: str, *, by: Actor) -> tuple[Table, ...]:
    """The invoices of public bodies issued in the period less their credit notes, excluding VAT,
    the greatest first; a family is that of the catalogue of today. One statement. Raises
    NotAllowed.
    """
    asked = Asked(Criteria(since=period.since, until=period.until), by, period.today)
    rows = spend_of_bodies(session, asked, language)
    if not rows:
        return ()
    bodies: dict[Value, Money] = defaultdict(Money)
    families: dict[Value, Money] = defaultdict(Money)
    for body, family, amount in rows:
        bodies[body] += amount
        families[family or _OTHER] += amount
    each: dict[tuple[Value, Value], Money] = {
        (body, family or _OTHER): amount for body, family, amount in rows
    }
    whole = total([amount for _body, _family, amount in rows])
    return (
        _table(N_("By body"), {(body, _ALL): amount for body, amount in bodies.items()}, whole),
        _table(
            N_("By family of goods"),
            {(_ALL, one): amount for one, amount in families.items()},
            whole,
        ),
        _table(N_("By body and family of goods"), each, whole),
    )


def _table(title: str, amounts: Mapping[tuple[Value, Value], Money], whole: Money) -> Table:
    """The greatest first; of equal ones, by their names."""
    listed = sorted(
        amounts.items(), key=lambda one: (-one[1].cents, *(_folded(key) for key in one[0]))
    )
    rows = drawn([((*keys, amount), amount.cents) for keys, amount in listed])
    return Table(title, _COLUMNS, rows, Row((None, None, whole)))


def _folded(key: Value) -> str:
    return fold_name(key.sentence if isinstance(key, Label) else str(key))
