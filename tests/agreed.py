"""Price agreements of the tests, made by calling the services."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from shop.agreements.agreements import AgreementTerms, draft_agreement, sign_agreement
from shop.agreements.drafts import add_client, add_condition
from shop.agreements.models import PriceAgreement
from shop.agreements.rules import Condition
from tests.factories import AT, OFFICE

FIRST, LAST = date(2026, 11, 18), date(2027, 11, 17)
TERMS = AgreementTerms("2026-SONO", "Sonorisation des salles", FIRST, LAST)
PERCENT = Condition("", 1_000)


def make_draft(
    session: Session,
    organisation_id: int,
    conditions: Iterable[Condition] = (PERCENT,),
    *,
    terms: AgreementTerms = TERMS,
) -> PriceAgreement:
    """An agreement that is prepared for an organisation."""
    row = draft_agreement(session, terms, by=OFFICE, at=AT)
    add_client(session, row.id, organisation_id, by=OFFICE, at=AT)
    for one in conditions:
        add_condition(session, row.id, one, by=OFFICE, at=AT)
    return row


def make_agreement(
    session: Session,
    organisation_id: int,
    conditions: Iterable[Condition] = (PERCENT,),
    *,
    terms: AgreementTerms = TERMS,
) -> PriceAgreement:
    """An agreement that the organisation has signed."""
    row = make_draft(session, organisation_id, conditions, terms=terms)
    return sign_agreement(session, row.id, signed_on=FIRST, signatory="Le maire", by=OFFICE, at=AT)
