"""A delivery note that was wrong is corrected by a contrary one: what it says to have left did not.

Afterwards the order, its stock and what may be invoiced are as if those units had not been shipped.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkout.deliveries.contrary import left_on_note
from checkout.deliveries.contrary_rules import (
    NoteLine,
    ensure_contrary_reason,
    ensure_correctable,
    is_whole,
)
from checkout.deliveries.models import ContraryLine, ContraryNote, DeliveryLine, DeliveryNote
from checkout.invoices.invoices import notes_to_invoice
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of, sale_of_order
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import references_of, send_email, subject_of
from checkout.returns.returns import returnable
from shop.catalogue import stock
from shop.core import series
from shop.core.actors import Actor
from shop.core.sales import SaleLine, line_of, wanted
from shop.core.text import paris_day
from shop.dossiers.content import paper_content
from shop.dossiers.papers import CONTRARY_NOTE, issue_paper
from shop.letterheads.letterheads import current_letterhead
from shop.settings import numbering
from shop.storage.transitions import advance


def correct_delivery_note(
    session: Session,
    order: Order,
    note: DeliveryNote,
    units: Mapping[int, int],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> ContraryNote:
    """Issue the contrary note of a delivery note of an order (locked), for units by position.

    Raises NotAllowed, IllegalTransition, NothingLeftOnNote, MoreThanOnNote, NothingTakenBack,
    ContraryReasonMissing.
    """
    transition = PROCEDURE.ensure("correct_delivery_note", order.stage, by)
    told, lines = ensure_contrary_reason(reason), lines_of(session, order.id)
    known = _known(session, order, note, lines)
    back = ensure_correctable(note.number, known, units)
    goods = [line_of(one, quantity=back[one.position]) for one in lines if one.position in back]
    stock.unship(session, wanted(goods), reference=order.number, at=at)
    printed = _printed(lines, known, back)
    content = _content(session, order, note, goods, printed=printed, reason=told, at=at)
    paper = issue_paper(session, order.dossier_id, CONTRARY_NOTE, content, at=at)
    made = ContraryNote(
        number=paper.number,
        delivery_note_id=note.id,
        paper_id=paper.id,
        reason=told,
        is_whole=is_whole(known, back),
        issued_at=at,
        by_name=by.name,
    )
    _store(session, made, lines, back)
    facts: dict[str, Any] = {"number": made.number, "note": note.number, "reason": told}
    sent = {"lines": [{"quantity": one.quantity, "name": one.name} for one in goods], **facts}
    send_email(session, order, "delivery_corrected", at=at, papers=(paper.id,), **sent)
    advance(session, subject_of(order), transition, by=by, at=at, **facts)
    return made


def _store(
    session: Session, made: ContraryNote, lines: Sequence[OrderLine], back: Mapping[int, int]
) -> None:
    """Add the note with its lines, and take its units off what the order delivered."""
    session.add(made)
    session.flush()
    rows = [{"position": n, "quantity": count} for n, count in back.items()]
    session.execute(insert(ContraryLine), [row | {"contrary_note_id": made.id} for row in rows])
    _uncount(lines, back)
    session.flush()


def note_lines(session: Session, order: Order, note: DeliveryNote) -> list[NoteLine]:
    """The goods and the free lines of a delivery note, with what may be taken back of each: nothing
    of a note that an invoice names. Shipping is on no note.
    """
    return _known(session, order, note, lines_of(session, order.id))


def _known(
    session: Session, order: Order, note: DeliveryNote, lines: Sequence[OrderLine]
) -> list[NoteLine]:
    is_open = any(one.id == note.id for one in notes_to_invoice(session, order))
    rows = session.execute(
        select(DeliveryLine.position, left_on_note().label("left")).where(
            DeliveryLine.delivery_note_id == note.id
        )
    )
    left = {row.position: row.left for row in rows}
    held = {line.position: line.units for line in returnable(session, order)}
    return [
        NoteLine(
            position=line.position,
            name=line.name,
            left=left[line.position],
            billable=line.delivered - line.invoiced if is_open else 0,
            held=held.get(line.position, line.delivered),
        )
        for line in lines
        if not line.is_shipping and line.position in left
    ]


def _content(
    session: Session,
    order: Order,
    note: DeliveryNote,
    goods: Sequence[SaleLine],
    *,
    printed: list[dict[str, Any]],
    reason: str,
    at: datetime,
) -> dict[str, Any]:
    """The content of the next contrary note: it takes its number."""
    return paper_content(
        CONTRARY_NOTE,
        numbering.take_number(session, series.DELIVERY_NOTE, at=at),
        sale_of_order(session, order, goods),
        issued_on=paris_day(at).isoformat(),
        seller=current_letterhead(session),
        references=references_of(order),
        corrects={"number": note.number, "issued_on": note.shipped_on.isoformat()},
        reason=reason,
        lines=printed,
        totals=None,
    )


def _printed(
    lines: Sequence[OrderLine], known: Sequence[NoteLine], back: Mapping[int, int]
) -> list[dict[str, Any]]:
    """The lines of the corrected note: the units that each stood for, what is taken back, the
    rest.
    """
    by_position = {line.position: line for line in lines}
    return [
        {
            "position": one.position,
            "sku": by_position[one.position].sku,
            "name": one.name,
            "detail": by_position[one.position].detail,
            "shipped": one.left,
            "back": back.get(one.position, 0),
            "left": one.left - back.get(one.position, 0),
        }
        for one in known
    ]


def _uncount(lines: Sequence[OrderLine], back: Mapping[int, int]) -> None:
    """Those units were not delivered. Shipping waits for the next note when nothing of the order
    was delivered after all, unless it is invoiced.
    """
    for line in lines:
        line.delivered -= back.get(line.position, 0)
    if any(line.delivered for line in lines if not line.is_shipping):
        return
    for line in lines:
        if line.is_shipping:
            line.delivered = min(line.delivered, line.invoiced)
