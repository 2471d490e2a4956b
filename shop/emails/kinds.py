"""Every kind of e-mail that the shop sends, in one table. Pure."""

from shop.core.errors import NotFound
from shop.emails.kind_rules import Kind, KindGroup
from shop.emails.kinds_of_people import ACCOUNT, ORGANISATION, STAFF
from shop.emails.kinds_of_sales import INVOICE, ORDER, QUOTE, RETURN

__all__ = ["GROUPS", "KINDS", "Kind", "KindGroup", "get_kind"]

GROUPS = (QUOTE, ORDER, INVOICE, RETURN, ORGANISATION, ACCOUNT, STAFF)
KINDS = {kind.template: kind for group in GROUPS for kind in group.kinds}


def get_kind(template: str) -> Kind:
    """Raises NotFound."""
    if template not in KINDS:
        raise NotFound
    return KINDS[template]
