"""The mail log of the office: every e-mail with its state, and the text of those of dossiers."""

import logging
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import TemplateError
from wtforms import StringField
from wtforms.validators import Length

from shop.core.errors import N_
from shop.core.marks import mark_of
from shop.dossiers.mail_log import LoggedEmail, MailState, get_logged_email, logged_emails
from shop.dossiers.repeated_emails import SENDERS, ensure_offered, find_repeat, send_again
from shop.emails.messages import EmailText, text_of
from shop.emails.repeat_rules import AccountsAddress, NotLeftYet, NotSentAgain, SentAgain
from shop.emails.troubles import Trouble, trouble_of
from shop.ops.clock import now
from shop.web.kit.fields import TOO_LONG, email
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of, settings
from shop.web.kit.tabs import Group, Tab
from shop.web.kit.wordings import wordings_today
from shop.web.office import blueprint

log = logging.getLogger("comptoir.office")

TAB = Tab(
    "office.emails",
    _l("Mail log"),
    frozenset(SENDERS),
    None,
    order=90,
    about=_l("what the shop has sent, and what has not left"),
    group=Group.SHOP,
)
#: The longest address (RFC 5321).
_LONGEST = 320
#: What a trouble means to somebody who cannot change the settings of the server.
_MEANING = {
    Trouble.NO_SERVER: N_("The mail server does not answer."),
    Trouble.NAME: N_("The mail server does not answer."),
    Trouble.SIGN_IN: N_("The mail server does not accept the account of the shop."),
    Trouble.SENDER: N_("The mail server does not accept the account of the shop."),
    Trouble.RECIPIENT: N_("The mail server does not accept the address."),
    Trouble.ENCRYPTION: N_("The mail server does not answer."),
    Trouble.REFUSED: N_("The mail server did not accept the e-mail."),
    Trouble.OTHER: N_("The e-mail did not leave."),
}


class SendAgainForm(ShopForm):
    """The address of an e-mail that is sent again. `shown`: what the page has shown back."""

    to = email(_l("Send it to"), missing=_l("Enter the address that it is sent to."))
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])


@blueprint.get("/bureau/e-mails")
@staff_only(*SENDERS)
def emails() -> Any:
    """E-mails, the newest first; those of an address."""
    asked = request.args.get("q", "").strip()[:_LONGEST]
    rows = logged_emails(reading(), place_asked(), by=actor(), address=asked)
    return render_template(
        "office/emails.html",
        rows=rows,
        asked=asked,
        query=kept(rows, q=asked),
        words=state_words,
        why=error_words,
    )


@blueprint.get("/bureau/e-mails/<int:email_id>")
@staff_only(*SENDERS)
def show_email(email_id: int) -> Any:
    """One e-mail; its text, if it is of a dossier."""
    row = get_logged_email(reading(), email_id, by=actor())
    return _page(row, SendAgainForm(formdata=None, to=row.email.to))


@blueprint.post("/bureau/e-mails/<int:email_id>")
@staff_only(*SENDERS)
@key_required
def send_email_again(email_id: int) -> Any:
    """Show a corrected address back; send the e-mail again to the one that was shown."""
    row = get_logged_email(reading(), email_id, by=actor())
    form, then = SendAgainForm(), url_for(".show_email", email_id=email_id)
    if not form.validate_on_submit():
        return _page(row, form), 422
    to = form.to.data or ""
    mark = mark_of(email_id, to)
    if to.casefold() != row.email.to.casefold() and form.shown.data != mark:
        return _page(row, form, mark=mark)
    try:
        with database(then).transaction() as session:
            again = send_again(session, email_id, to=to, by=actor(), at=now())
            then = leads_to(session, url_for(".show_email", email_id=again.id))
    except (AccountsAddress, NotLeftYet) as refusal:
        form.to.errors = [sentence_of(refusal)]
        return _page(row, form), refusal.status
    flash(_("The e-mail is being sent to %(to)s.", to=to), "good")
    return redirect(then, 303)


def _page(row: LoggedEmail, form: SendAgainForm, *, mark: str = "") -> str:
    mail, session = row.email, reading()
    reason = ""
    try:
        ensure_offered(session, mail, by=actor())
    except (NotSentAgain, SentAgain) as refusal:
        reason = sentence_of(refusal)
    return render_template(
        "office/email.html",
        row=row,
        mail=mail,
        message=_text_of(row),
        later=find_repeat(session, mail),
        reason=reason,
        form=form,
        mark=mark,
        words=state_words,
        why=error_words,
        here="office.emails",
    )


def _text_of(row: LoggedEmail) -> EmailText | None:
    """The text of an e-mail of a dossier. None for the others, and for one that cannot be written:
    it was posted with other facts than its template asks for.
    """
    mail = row.email
    if not row.dossier:
        return None
    try:
        return text_of(mail, public_url=settings().public_url, wordings=wordings_today())
    except (TemplateError, LookupError, TypeError, ValueError, ArithmeticError):
        log.exception("the text of e-mail %s (%s) cannot be written", mail.id, mail.template)
        return None


def state_words(state: MailState) -> tuple[str, str]:
    """The kind and the words of a state."""
    return {
        MailState.WAITING: ("info", _("waiting")),
        MailState.FAILING: ("warn", _("failed, tried again")),
        MailState.SENT: ("good", _("sent")),
        MailState.REFUSED: ("warn", _("given up")),
    }[state]


def error_words(error: str) -> str:
    """What the last error means; the server's own words stand beside it."""
    return _(_MEANING[trouble_of(error)])
