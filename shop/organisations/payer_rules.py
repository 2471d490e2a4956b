"""What a body's accountant asks for on purchase orders and invoices."""

from shop.core.parties import Parties
from shop.organisations.rules import EngagementRule


def engagement_rule_of(parties: Parties, of_the_body: EngagementRule) -> EngagementRule:
    """The rule of the paying service; the body's own when that is not known."""
    service = parties.paying_service
    rule = EngagementRule(service.engagement_rule) if service else EngagementRule.UNKNOWN
    return of_the_body if rule is EngagementRule.UNKNOWN else rule


def requires_service_code(parties: Parties) -> bool:
    """Whether the purchase order must bear a service code: the paying service has one."""
    return bool(parties.paying_service and parties.paying_service.service_code)


def requires_engagement(parties: Parties, of_the_body: EngagementRule) -> bool:
    """Whether the purchase order of these parties must bear a commitment number."""
    return engagement_rule_of(parties, of_the_body) is EngagementRule.REQUIRED
