"""What public bodies spend, by body and by family of goods."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy.orm import Session

from checkout.ledger.criteria import Criteria
from checkout.ledger.documents import Asked
from checkout.ledger.spend import spend_of_bodies
from quotes.reports.rules import Label, Pair, Period, Row, Table, Value, drawn
from shop.core.actors import Actor
from shop.core.errors import N_
from shop.core.folding import fold_name
from shop.core.money import Money, total

_COLUMNS = (N_("Part"), N_("Total excl. VAT"))
#: The family of what is no product.
_OTHER = Label(N_("Delivery and services"))


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
    pairs: dict[Value, Money] = defaultdict(Money)
    for body, family, amount in rows:
        named = family or _OTHER
        bodies[body] += amount
        families[named] += amount
        pairs[Pair(body, named)] += amount
    whole = total([amount for _body, _family, amount in rows])
    return (
        _table(N_("By body"), bodies, whole),
        _table(N_("By family of goods"), families, whole),
        _table(N_("By body and family of goods"), pairs, whole),
    )


def _table(title: str, amounts: Mapping[Value, Money], whole: Money) -> Table:
    """The greatest first; of equal ones, by their names."""
    listed = sorted(amounts.items(), key=lambda one: (-one[1].cents, _folded(one[0])))
    rows = drawn([((key, amount), amount.cents) for key, amount in listed])
    return Table(title, _COLUMNS, rows, Row((None, whole)))


def _folded(key: Value) -> str:
    if isinstance(key, Pair):
        return f"{_folded(key.first)} {_folded(key.second)}"
    return fold_name(key.sentence if isinstance(key, Label) else str(key))
