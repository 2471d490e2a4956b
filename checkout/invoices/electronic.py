"""The electronic form of an invoice, frozen when it is issued."""

import logging
from typing import Any

from sqlalchemy.orm import Session

from checkout.orders.models import Order
from shop.core.parties import Parties
from shop.documents.layout import sentences
from shop.einvoicing.channel_rules import Demands
from shop.einvoicing.fault_rules import UnsoundInvoice
from shop.einvoicing.findings import named
from shop.einvoicing.frozen import Treatment, electronic_parts, place_parts
from shop.einvoicing.rules import faults_of
from shop.organisations.models import Organisation
from shop.organisations.rules import demands_of
from shop.places.rules import FRENCH_VAT, territory_of_place

log = logging.getLogger("comptoir.invoices")


def electronic_form(
    session: Session, order: Order, parties: Parties, content: dict[str, Any], *, paid: bool
) -> dict[str, Any]:
    """The electronic form of an invoice to an organisation, checked before the invoice is issued.
    `parties` are those of the invoice: the order's, or corrected ones.
    One that is issued by itself when it is paid is issued without it where data are missing.
    Raises UnsoundInvoice.
    """
    parts, faults = checked_form(session, order, parties, content)
    if not faults:
        return parts
    if not paid:
        raise faults[0]
    log.warning("invoice %s has no electronic form: %s", content["number"], named(faults))
    return {}


def checked_form(
    session: Session, order: Order, parties: Parties, content: dict[str, Any]
) -> tuple[dict[str, Any], list[UnsoundInvoice]]:
    """The parts that the electronic form adds to the content of an invoice, and every rule that the
    invoice would break with them.
    """
    vat = FRENCH_VAT if order.is_collected else territory_of_place(parties.delivery).vat
    parts = electronic_parts(
        content,
        place_parts(parties.header),
        place_parts(parties.delivery),
        Treatment(vat.category, vat.mention),
        demands_on(session, order, parties),
    )
    return parts, faults_of(content | parts, sentences(content["language"]))


def demands_on(session: Session, order: Order, parties: Parties) -> Demands:
    """What the buyer of an order demands on its invoices now."""
    if order.organisation_id is None:
        return Demands()
    body = session.get_one(Organisation, order.organisation_id)
    return demands_of(parties, body.engagement_rule, body.service_code_rule)
