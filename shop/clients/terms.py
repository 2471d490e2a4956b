"""The terms agreed with a client: whether it needs a commitment number and a service code, payment
delay, account manager.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.einvoicing.channel_rules import Demand
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule, Grouping, ensure_delay
from shop.register.legal_categories import decide
from shop.storage.journal import record
from shop.verification.procedure import PROCEDURE


def set_terms(
    session: Session,
    organisation: Organisation,
    *,
    engagement_rule: EngagementRule,
    service_code_rule: Demand = Demand.UNKNOWN,
    invoice_grouping: Grouping = Grouping.DELIVERY,
    account_manager_id: int | None,
    payment_delay_days: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Set the terms agreed with a verified body: whether its orders need a commitment number and
    its invoices a service code, whether its deliveries are invoiced by month, its account manager,
    and its payment delay in days (None: by its legal category).

    Raises NotAllowed, IllegalTransition, DelayTooLong.
    """
    transition = PROCEDURE.ensure("set_terms", organisation.verification, by)
    most = decide(organisation.legal_category).payment_delay_days
    delay = most if payment_delay_days is None else payment_delay_days
    ensure_delay(delay, most=most)
    organisation.engagement_rule = engagement_rule
    organisation.service_code_rule = service_code_rule
    organisation.invoice_grouping = invoice_grouping
    organisation.account_manager_id = account_manager_id
    organisation.payment_delay_days = delay
    record(
        session,
        f"organisation:{organisation.id}",
        transition.name,
        by=by,
        at=at,
        engagement_rule=engagement_rule,
        service_code_rule=service_code_rule,
        invoice_grouping=invoice_grouping,
        account_manager=account_manager_id,
        payment_delay_days=delay,
    )
