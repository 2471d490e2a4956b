"""The mail log of the office: every e-mail with its state, and the text of those of dossiers."""

import logging
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import TemplateError

from shop.core.errors import N_
from shop.dossiers.mail_log import LoggedEmail, MailState, get_logged_email, logged_emails
from shop.dossiers.refused_emails import SENDERS
from shop.emails.messages import EmailText, render_email
from shop.emails.troubles import Trouble, trouble_of
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading, settings
from shop.web.kit.tabs import Group, Tab
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
    return render_template(
        "office/email.html",
        row=row,
        mail=row.email,
        message=_text_of(row),
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
        return render_email(
            mail.template, mail.facts, language=mail.language, public_url=settings().public_url
        )
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
