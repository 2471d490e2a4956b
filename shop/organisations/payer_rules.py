"""What a body's accountant asks for on purchase orders and invoices."""

from shop.core.parties import Parties
from shop.einvoicing.channel_rules import Demand
from shop.organisations.rules import EngagementRule, engagement_rule_of


def requires_code(parties: Parties, of_the_body: Demand) -> bool:
    """Whether the purchase order of these parties must bear a service code: the body demands it, or
    its paying service has one.
    """
    service = parties.paying_service
    return of_the_body is Demand.REQUIRED or bool(service and service.service_code)


def requires_engagement(parties: Parties, of_the_body: EngagementRule) -> bool:
    """Whether the purchase order of these parties must bear a commitment number."""
    return engagement_rule_of(parties, of_the_body) is EngagementRule.REQUIRED
