"""Send copies of a quote to people whom the buyer names."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from wtforms import TextAreaField

from quotes.procedure import PROCEDURE
from quotes.quotes.copies import send_copies
from quotes.quotes.models import Quote
from quotes.quotes.records import get_quote
from quotes.quotes.rules import QuoteExpired, TooManyCopies
from quotes.web.quotes import blueprint
from shop.core.errors import NotFound
from shop.dossiers.dossiers import get_dossier
from shop.ops.clock import now
from shop.web.kit.fields import email, lines
from shop.web.kit.forms import ShopForm, at_most
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


class CopiesForm(ShopForm):
    """Up to three addresses at a time."""

    NEVER_PRINTED = frozenset({"message"})

    first = email(_l("E-mail address"), missing=_l("Enter the address that the copy is sent to."))
    second = email(_l("Second address"), required=False)
    third = email(_l("Third address"), required=False)
    message = TextAreaField(_l("Message to them"), [at_most(1000)], filters=[lines])

    @property
    def recipients(self) -> list[str]:
        """The addresses, each once."""
        typed = (self.first.data, self.second.data, self.third.data)
        return list(dict.fromkeys(filter(None, typed)))


@blueprint.get("/devis/<number>/copies")
@reader_of_dossier(PROCEDURE, "send_copies")
def copies(number: str) -> Any:
    """The form."""
    return _page(number, CopiesForm(formdata=None))


@blueprint.post("/devis/<number>/copies")
@reader_of_dossier(PROCEDURE, "send_copies")
@key_required
def send_copy(number: str) -> Any:
    """Send the quote to each address."""
    form, by = CopiesForm(), actor()
    if not form.validate_on_submit():
        return _page(number, form, 422)
    shown, recipients = url_for(".show", number=number), form.recipients
    try:
        with database(shown).transaction() as session:
            quote = get_quote(session, number, by=by)
            words = form.message.data or ""
            send_copies(session, quote, recipients, words=words, by=by, at=now())
    except (QuoteExpired, TooManyCopies) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(number, form, 422)
    told = ngettext(
        "A copy of the quote is sent.", "%(num)s copies of the quote are sent.", len(recipients)
    )
    flash(told, "good")
    return redirect(shown, 303)


def _page(number: str, form: CopiesForm, status: int = 200) -> Any:
    dossier = get_dossier(reading(), number, by=actor())
    quote = reading().scalar(select(Quote).where(Quote.dossier_id == dossier.id))
    if quote is None:
        raise NotFound(number=number)
    if PROCEDURE.find("send_copies", quote.stage) is None:
        return redirect(url_for(".show", number=number), 303)
    return render_template("quotes/copies.html", quote=quote, form=form), status
