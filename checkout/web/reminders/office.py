"""The accounting staff: which reminders go next, what they say, and who gets none."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from checkout.invoices.corrections import correction_of, parties_of
from checkout.invoices.invoices import get_invoice, invoice_with_order
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import late_of
from checkout.orders.models import Order
from checkout.receivables.reminder_lists import overdue_invoices, reminders_of, switches_of
from checkout.receivables.reminders import (
    recipient_of,
    reminder_facts,
    switch_reminders,
)
from checkout.receivables.rules import ReceivableRules, half_year, next_level
from checkout.receivables.settings import receivable_rules
from checkout.web.reminders import blueprint
from checkout.web.reminders.forms import CLIENT, SwitchForm
from shop.core.actors import ACCOUNTING
from shop.dossiers.models import Dossier
from shop.emails.messages import EmailText, render_email
from shop.emails.words_rules import DELIVERED
from shop.ops.clock import now, today
from shop.storage.paging import page_of
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, settings
from shop.web.kit.tabs import Group, Tab
from shop.web.kit.wordings import wordings_today

TAB = Tab(
    "reminders.queue",
    _l("Reminders"),
    frozenset({ACCOUNTING}),
    None,
    order=58,
    about=_l("overdue invoices and their reminders"),
    group=Group.MONEY,
)


@blueprint.get("/bureau/relances")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """The overdue invoices with the reminder that goes next."""
    session, day = reading(), today()
    rules = receivable_rules(session, day)
    rows = page_of(session, overdue_invoices(day), place_asked())
    return render_template(
        "reminders/queue.html",
        rows=rows.of(lambda row: _row(row, rules)),
        query=kept(rows),
        rules=rules,
        rate_missing=half_year(day) not in rules.rates,
        half_year=half_year(day),
        today=day,
        here="reminders.queue",
    )


@blueprint.get("/bureau/relances/<number>")
@staff_only(ACCOUNTING)
def show(number: str) -> Any:
    """One invoice: its reminders, the next one as it will be read, the interest of the law."""
    return _page(number)


@blueprint.post("/bureau/relances/<number>")
@staff_only(ACCOUNTING)
@key_required
def switch(number: str) -> Any:
    """Switch reminders off or on."""
    form, then = SwitchForm(), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _page(number, form, 422)
    off = form.switch.data == "off"
    with database(then).transaction() as session:
        invoice, order = get_invoice(session, number, by=actor())
        switch_reminders(
            session,
            invoice,
            order,
            whole_client=form.scope.data == CLIENT,
            off=off,
            reason=form.reason.data or "",
            by=actor(),
            at=now(),
        )
    flash(_("Reminders are switched off.") if off else _("Reminders go on."), "good")
    return redirect(then, 303)


def _row(row: Any, rules: ReceivableRules) -> dict[str, Any]:
    invoice, order, sent, off, last = row
    return {
        "invoice": invoice,
        "client": parties_of(invoice, order).header.name,
        "late": late_of(invoice, today=today()),
        "sent": sent,
        "off": off,
        "next": next_level(rules.levels, sent, invoice.payable_by, last),
    }


def _page(number: str, form: SwitchForm | None = None, status: int = 200) -> Any:
    session = reading()
    invoice, order = invoice_with_order(session, number)
    rules, sent = receivable_rules(session, today()), reminders_of(session, invoice)
    last = sent[-1].sent_on if sent else None
    following = next_level(rules.levels, len(sent), invoice.late_after, last)
    level = following[0] if following else max(len(sent), 1)
    interest, _facts = reminder_facts(session, invoice, level, rules, today=today())
    html = render_template(
        "reminders/show.html",
        invoice=invoice,
        parties=parties_of(invoice, order),
        late=late_of(invoice, today=today()),
        sent=sent,
        following=following if invoice.is_due else None,
        off=switches_of(session, invoice, order),
        has_client=order.organisation_id is not None,
        recipient=recipient_of(session, invoice, order),
        buyer=order.email,
        preview=_preview(session, invoice, order, level, rules) if invoice.late_after else None,
        language=order.language,
        interest=interest,
        form=form or SwitchForm(formdata=None),
        back=came_from(url_for(".queue")),
        here="reminders.queue",
    )
    return html, status


def _preview(
    session: Session, invoice: Invoice, order: Order, level: int, rules: ReceivableRules
) -> EmailText:
    """The next reminder as it will be read."""
    _interest, facts = reminder_facts(session, invoice, level, rules, today=today())
    recipient, said = recipient_of(session, invoice, order), correction_of(invoice, order)
    facts["reason"] = facts["reason"]["en" if order.language == "en" else "fr"]
    dossier = session.get_one(Dossier, order.dossier_id)
    facts |= {
        "contact": recipient.name if recipient else "",
        "name": said.parties.contact.name,
        "dossier": dossier.number,
        "guest_key": None,
        "order": order.number,
        "customer": said.parties.header.name,
        "customer_code": said.parties.customer_code,
        "purchase_order": said.purchase_order,
        "engagement": said.engagement,
        "origin": str(order.origin),
    }
    return render_email(
        "reminder",
        facts,
        language=order.language,
        public_url=settings().public_url,
        wording=wordings_today().get("reminder", DELIVERED),
    )
