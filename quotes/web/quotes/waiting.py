"""The quotes that wait for their purchase order, on the home of the account."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE
from quotes.quotes.models import Quote
from shop.core.text import paris_day
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier
from shop.web.kit.desk import MOST, Item, Shelf
from shop.web.kit.viewers import Viewer


def quotes_waiting(session: Session, person: Viewer, at: datetime) -> Shelf:
    """Those that run, the one that ends first at the top."""
    rows = session.execute(
        select(Quote, Dossier.title)
        .join(Dossier, Dossier.id == Quote.dossier_id)
        .where(
            readable_by(person.actor),
            Quote.stage.in_(PROCEDURE.sources_of("receive_scan")),
            Quote.valid_until >= paris_day(at),
        )
        .order_by(Quote.valid_until, Quote.id)
        .limit(MOST)
    )
    return Shelf(
        _("Quotes waiting for your purchase order"),
        [_item(quote, title) for quote, title in rows],
        url_for("quotes.index"),
    )


def _item(quote: Quote, title: str) -> Item:
    words = _("Copy received: send the original") if quote.holds_stock else _("Send the original")
    name = f"{quote.number}, {title}" if title else quote.number
    return Item("you", name, words, url_for("quotes.show", number=quote.number), quote.valid_until)
