"""A client of the shop: an organisation, or a person who buys for themselves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_


@dataclass(frozen=True, slots=True)
class Client:
    """One of both keys."""

    organisation_id: int | None = None
    user_id: int | None = None

    @property
    def subject(self) -> str:
        """The client as the subject of the journal."""
        if self.organisation_id is not None:
            return f"organisation:{self.organisation_id}"
        return f"user:{self.user_id}"

    def owns(self, row: Any) -> ColumnElement[bool]:
        """Whether a dossier, a quote or an order is the client's. What a person buys as the member
        of an organisation is the organisation's.
        """
        if self.organisation_id is not None:
            return and_(row.organisation_id == self.organisation_id)
        return and_(row.user_id == self.user_id, row.organisation_id.is_(None))
