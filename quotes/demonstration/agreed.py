"""A price agreement that a client has signed, made by calling the services."""

from datetime import datetime, timedelta

from sqlalchemy import select

from quotes.demonstration.bodies_paper import agreement_pdf
from quotes.demonstration.goods import Filling
from shop.agreements.agreements import AgreementTerms, draft_agreement, sign_agreement
from shop.agreements.copies import attach_copy, keep_copy
from shop.agreements.drafts import add_client, add_condition
from shop.agreements.rules import Condition
from shop.catalogue.models import Category
from shop.core.actors import SALES_ADMIN, Actor
from shop.core.text import day_numeric, paris_day
from shop.dossiers.papers import PDF

SELLER = Actor("Hugo Perrin", frozenset({SALES_ADMIN}))
REFERENCE, SUBJECT = "CONV-SONO", "Équipement des salles municipales"
SIGNATORY = "Le maire"
#: In force since then, until then.
SINCE, UNTIL = timedelta(days=30), timedelta(days=335)


def _signed(at: datetime) -> bytes:
    day = day_numeric(paris_day(at))
    return agreement_pdf(REFERENCE, SUBJECT, signatory=SIGNATORY, dated_on=day)


def fill_agreement(filling: Filling, organisation_id: int, *, at: datetime) -> None:
    """Five per cent on the first department, eight from ten units of a line."""
    today = paris_day(at)
    terms = AgreementTerms(REFERENCE, SUBJECT, today - SINCE, today + UNTIL)
    with filling.database.transaction() as session:
        first = select(Category.id).where(Category.parent_id.is_(None)).order_by(Category.position)
        department = session.scalars(first.limit(1)).one()
        row = draft_agreement(session, terms, by=SELLER, at=at)
        add_client(session, row.id, organisation_id, by=SELLER, at=at)
        for discount, units in ((500, 1), (800, 10)):
            asked = Condition("", discount, category_id=department, from_quantity=units)
            add_condition(session, row.id, asked, by=SELLER, at=at)
        signed_on = terms.starts_on
        sign_agreement(session, row.id, signed_on=signed_on, signatory=SIGNATORY, by=SELLER, at=at)
        file = keep_copy(session, _signed(at), "accord-signe.pdf", PDF, by=SELLER, at=at)
        attach_copy(session, row.id, organisation_id, file, by=SELLER, at=at)
