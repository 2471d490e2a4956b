"""The accounting staff: what the card processor pays out to the bank, and what matches."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from checkout.payouts.fee_rules import FeesReasonMissing, FeesRefused
from checkout.payouts.fees import correct_fees, type_fees
from checkout.payouts.lists import (
    PayoutRow,
    every_payout,
    get_payout,
    not_paid_out,
    parts_of,
    payouts,
)
from checkout.payouts.matching import is_seen, match_payout, open_movements
from checkout.payouts.models import CardPayout
from checkout.payouts.procedure import PROCEDURE, PayoutState, has_failed
from checkout.payouts.rules import EURO, Finding
from checkout.web.payouts import blueprint
from checkout.web.payouts.forms import CorrectionForm, FeesForm
from shop.core.actors import ACCOUNTING
from shop.core.money import Money
from shop.core.text import money
from shop.documents.spreadsheets import CSV, MEDIA_TYPES, Cell, csv_of
from shop.ops.clock import now, today
from shop.web.kit.downloads import download
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of, settings
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "payouts.index",
    _l("Card payouts"),
    frozenset({ACCOUNTING}),
    None,
    order=58,
    about=_l("what the card processor pays to the bank"),
    group=Group.MONEY,
)


class MatchForm(ShopForm):
    """The movement that a payout is."""

    movement = HiddenField()


@blueprint.get("/bureau/versements")
@staff_only(ACCOUNTING)
def index() -> Any:
    """The payouts, and the card payments that are in none."""
    session, days = reading(), settings().payout_days
    rows = payouts(session, place_asked())
    waiting = not_paid_out(session, today(), days, place_asked(name="waiting"))
    return render_template(
        "payouts/index.html",
        rows=rows,
        waiting=waiting,
        days=days,
        query=kept(rows, waiting),
        words=state_words,
        sum_of=sum_of,
        is_typed=is_typed,
        is_untold=is_untold,
        here="payouts.index",
    )


@blueprint.get("/bureau/versements.csv")
@staff_only(ACCOUNTING)
def export() -> Any:
    """The payouts of the list, under its filters, for accounting software."""
    head = [_("Payout"), _("Arrives on"), _("Status"), _("Currency"), _("Gross"), _("Fees")]
    head += [_("Amount"), _("Parts that differ"), _("Bank statement"), _("Fees typed by")]
    rows = [_cells(row) for row in every_payout(reading(), place_asked())]
    name = f"comptoir-versements-{today().isoformat()}.csv"
    return download(csv_of(head, rows), name=name, media_type=MEDIA_TYPES[CSV])


@blueprint.get("/bureau/versements/<payout_id>")
@staff_only(ACCOUNTING)
def show(payout_id: str) -> Any:
    """One payout: each part and what the shop knows of it, the lines of the bank that it may be."""
    return _page(payout_id)


def _page(payout_id: str, status: int = 200, typed: FeesForm | None = None) -> Any:
    session = reading()
    row = get_payout(session, payout_id)
    seen = is_seen(session, row)
    html = render_template(
        "payouts/show.html",
        payout=row,
        parts=parts_of(session, payout_id),
        is_seen=seen,
        has_failed=has_failed(row.state),
        movements=() if seen or has_failed(row.state) else open_movements(session, row),
        words=state_words,
        finding_words=finding_words,
        sum_of=sum_of,
        is_typed=is_typed,
        fees_form=typed or _fees_form(row, formdata=None),
        here="payouts.index",
    )
    return html, status


@blueprint.post("/bureau/versements/<payout_id>")
@staff_only(ACCOUNTING)
@key_required
def match(payout_id: str) -> Any:
    """A line of a bank statement is this payout."""
    form, then = MatchForm(), url_for(".show", payout_id=payout_id)
    chosen = form.movement.data or ""
    with database(then).transaction() as session:
        movement_id = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0
        match_payout(session, payout_id, movement_id, by=actor(), at=now())
    flash(_("The line of the bank statement is this payout."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/versements/<payout_id>/frais")
@staff_only(ACCOUNTING)
@key_required
def fees(payout_id: str) -> Any:
    """Type the fees of a payout, or correct them."""
    form = CorrectionForm() if "seen" in request.form else FeesForm()
    if not form.validate_on_submit():
        return _page(payout_id, 422, form)
    then = url_for(".show", payout_id=payout_id)
    try:
        with database(then).transaction() as session:
            if isinstance(form, CorrectionForm):
                correct_fees(session, payout_id, form.asked, by=actor(), at=now())
            else:
                assert isinstance(form.fees.data, Money)
                type_fees(session, payout_id, form.fees.data, by=actor(), at=now())
    except (FeesRefused, FeesReasonMissing) as refusal:
        place = form.fees if isinstance(refusal, FeesRefused) else form["reason"]
        place.errors = [sentence_of(refusal)]
        return _page(payout_id, 422, form)
    flash(_("The fees of the payout are recorded."), "good")
    return redirect(then, 303)


def _fees_form(row: CardPayout, **more: Any) -> FeesForm | None:
    """The form that types or corrects the fees; None where nobody may."""
    acts = {one.name for one in PROCEDURE.open_transitions(row.state, actor())}
    if row.is_whole:
        return None
    if row.typed_fees is None:
        return FeesForm(fees=row.reported.untold or None, **more) if "type_fees" in acts else None
    typed = row.typed_fees
    return CorrectionForm(fees=typed, seen=str(typed.cents), **more)


def is_typed(row: CardPayout) -> bool:
    """Whether the fees of a payout are typed ones."""
    return row.typed_fees is not None and not row.is_whole


def is_untold(row: CardPayout) -> bool:
    """Whether the fees of a payout are to be typed."""
    open_to_all = PROCEDURE.find("type_fees", row.state)
    return row.typed_fees is None and not row.is_whole and open_to_all is not None


def state_words(state: PayoutState) -> tuple[str, str]:
    """The kind and the words of a state."""
    return {
        PayoutState.SENT: ("info", _("on its way")),
        PayoutState.ARRIVED: ("good", _("arrived")),
        PayoutState.FAILED: ("warn", _("failed, the money is at the processor")),
    }[state]


def finding_words(finding: Finding) -> tuple[str, str]:
    """The kind and the words of what the shop knows of a part."""
    return {
        Finding.MATCHED: ("good", _("matches")),
        Finding.DIFFERS: ("warn", _("another amount in the shop")),
        Finding.UNKNOWN: ("warn", _("unknown to the shop")),
        Finding.OWN: ("plain", _("of the processor")),
    }[finding]


def sum_of(amount: Money, payout: CardPayout) -> str:
    """An amount of a payout, in its currency."""
    said = money(amount.cents, current_language())
    return said if payout.currency == EURO else said.replace("€", payout.currency)


def _cells(row: PayoutRow) -> list[Cell]:
    payout = row.payout
    return [
        payout.id,
        payout.arrives_on,
        state_words(payout.state)[1],
        payout.currency,
        payout.before_fees,
        payout.kept_fees,
        payout.amount,
        str(row.strange),
        _("found") if row.is_seen else _("not found"),
        payout.fees_by if is_typed(payout) else "",
    ]
