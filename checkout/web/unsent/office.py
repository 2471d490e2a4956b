"""The accounting staff: one page and one number of what is due and has not left."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.deposits.procedure import DepositState
from checkout.unsent.lists import Unsent, count_unsent, unsent
from checkout.unsent.rules import Awaited, UnsentKind
from checkout.web.deposits.shown import state_words
from checkout.web.unsent import blueprint
from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_
from shop.dossiers.models import PdfOutcome
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading
from shop.web.kit.tabs import Group, Tab
from shop.web.office.emails import error_words

TAB = Tab(
    "unsent.index",
    _l("Not sent"),
    frozenset({ACCOUNTING}),
    lambda at: count_unsent(at=at),
    order=80,
    about=_l("e-mails, PDFs, deposits and refunds that are due and have not left"),
    group=Group.SHOP,
    on_first_page=True,
)

_KINDS = {
    UnsentKind.EMAIL: N_("E-mail"),
    UnsentKind.DOCUMENT: N_("PDF of a document"),
    UnsentKind.DEPOSIT: N_("Chorus Pro deposit"),
    UnsentKind.INVOICE: N_("File of an invoice"),
    UnsentKind.CARD_REFUND: N_("Refund of a card payment"),
    UnsentKind.CREDIT_REFUND: N_("Refund of a credit note"),
    UnsentKind.WITHDRAWAL_REFUND: N_("Refund of a withdrawal"),
}
#: What is to be done, by whom it awaits.
_AWAITED = {
    Awaited.ADDRESS: N_("The receiving server refuses the address: the e-mail needs another one."),
    Awaited.ORDER: N_("It is to be ordered by the accounting staff."),
    Awaited.PROCESSOR: N_("It is ordered; the card processor has not confirmed it."),
    Awaited.TRANSFER: N_("The card did not take it: it is to be made by transfer."),
    Awaited.SECOND: N_("The transfer is ordered: another person is to confirm it."),
}
#: What is known of the PDF of a document, by the result of the last attempt.
_DOCUMENTS = {
    "": N_("No attempt was made yet: the worker has not come to it."),
    PdfOutcome.BEGUN.value: N_("A worker is making it, or ended while it did; it is tried again."),
    PdfOutcome.NOT_MADE.value: N_("It could not be made; it is tried again."),
    PdfOutcome.NOT_VALIDATED.value: N_("It could not be validated; it is tried again."),
    PdfOutcome.NOT_CONFORMING.value: N_("It has findings that hold it back; it is tried again."),
}


@blueprint.get("/bureau/non-partis")
@staff_only(ACCOUNTING)
def index() -> Any:
    """What has not left, the oldest first."""
    rows = unsent(reading(), place_asked(), at=now())
    return render_template(
        "unsent/index.html",
        rows=rows,
        query=kept(rows),
        kinds=_KINDS,
        name_of=name_of,
        why=why,
        where=where,
        here="unsent.index",
    )


def name_of(row: Unsent) -> str:
    """The document or the address. That of an account is the administrator's to see."""
    if row.kind is UnsentKind.EMAIL and not _is_seen(row):
        return _("e-mail of an account")
    return row.number or _("no number")


def why(row: Unsent) -> str:
    """Why it has not left, or who is to do something."""
    if row.awaited:
        return _(_AWAITED[row.awaited])
    if row.kind is UnsentKind.EMAIL:
        return error_words(row.cause) if row.cause else _("The mail server was not asked yet.")
    if row.kind is UnsentKind.DEPOSIT:
        return state_words(DepositState(row.state))[1]
    if row.kind is UnsentKind.DOCUMENT:
        return _(_DOCUMENTS[row.state])
    return _("It is to be sent to the paying service.")


def where(row: Unsent) -> str | None:
    """The page on which something can be done about it."""
    if row.kind is UnsentKind.EMAIL:
        return url_for("office.show_email", email_id=row.id) if _is_seen(row) else None
    return {
        UnsentKind.DOCUMENT: lambda: url_for("office.home", _anchor="documents"),
        UnsentKind.DEPOSIT: lambda: url_for("deposits.show", number=row.number),
        UnsentKind.INVOICE: lambda: url_for("invoices.show", number=row.number),
        UnsentKind.CARD_REFUND: lambda: url_for("payments.queue"),
        UnsentKind.CREDIT_REFUND: lambda: url_for("credits.show", number=row.number),
        UnsentKind.WITHDRAWAL_REFUND: lambda: url_for("withdrawals.show", withdrawal_id=row.id),
    }[row.kind]()


def _is_seen(row: Unsent) -> bool:
    """Whether the mail log shows this e-mail to the reader."""
    return row.dossier is not None or actor().has(ADMIN)
