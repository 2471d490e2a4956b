"""Whom an invoice is for and what it refers to, as terms of an index: lists of invoices are
filtered by them, quickly however many there are.

They are those of the invoice itself: an order is not amended once something of it is invoiced.
"""

from sqlalchemy import ColumnElement, and_, false, insert, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice, InvoiceTerm, TermOf
from shop.core.folding import fold_reference, words_of
from shop.core.lookup_terms import LONGEST, MOST_WORDS, reference_terms, word_terms
from shop.core.parties import Parties

#: The last character of Unicode: after whatever continues a beginning.
_LAST = "\U0010ffff"
#: The digits of a SIREN and of a SIRET.
_SIREN, _SIRET = 9, 14


def write_terms(
    session: Session,
    invoice: Invoice,
    parties: Parties,
    *,
    purchase_order: str | None,
    engagement: str | None,
) -> None:
    """Write the terms of a new invoice: its customer, its paying service, its references."""
    service = parties.paying_service
    named = {
        TermOf.CLIENT: word_terms(parties.header.name, parties.siren, parties.siret),
        TermOf.SERVICE: word_terms(service.name) | reference_terms(service.service_code)
        if service
        else set[str](),
        TermOf.PURCHASE: reference_terms(purchase_order),
        TermOf.COMMITMENT: reference_terms(engagement),
    }
    rows = [
        {"field": field, "term": term, "invoice_id": invoice.id}
        for field, terms in named.items()
        for term in sorted(terms)
    ]
    if rows:
        session.execute(insert(InvoiceTerm), rows)


def is_for(typed: str) -> ColumnElement[bool]:
    """Whether the customer of an invoice is named so: by words that begin those of the name, by
    SIREN or SIRET.
    """
    digits = typed.replace(" ", "")
    is_number = digits.isdecimal() and len(digits) in (_SIREN, _SIRET)
    return _begins(TermOf.CLIENT, [digits] if is_number else words_of(typed))


def is_paid_by(typed: str) -> ColumnElement[bool]:
    """Whether words begin those of the name of its paying service, or parts of its code."""
    return _begins(TermOf.SERVICE, words_of(typed))


def has_purchase_order(typed: str) -> ColumnElement[bool]:
    """Whether the number of its purchase order has a part that begins so."""
    return _begins(TermOf.PURCHASE, [fold_reference(typed)])


def has_engagement(typed: str) -> ColumnElement[bool]:
    """Whether its commitment number has a part that begins so."""
    return _begins(TermOf.COMMITMENT, [fold_reference(typed)])


def _begins(field: TermOf, beginnings: list[str]) -> ColumnElement[bool]:
    """Whether each beginning is that of a term of the invoice; false without one."""
    asked = [one[:LONGEST] for one in beginnings[:MOST_WORDS] if one]
    return and_(*(_found(field, one) for one in asked)) if asked else false()


def _found(field: TermOf, beginning: str) -> ColumnElement[bool]:
    found = select(InvoiceTerm.invoice_id).where(
        InvoiceTerm.field == field,
        InvoiceTerm.term >= beginning,
        InvoiceTerm.term < beginning + _LAST,
    )
    return Invoice.id.in_(found)
