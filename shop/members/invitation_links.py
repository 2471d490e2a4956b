"""The link in an invitation's e-mail: signed, and only the link of the last e-mail is valid.

Its expiry, and whether it was used, are stored in the invitation itself.
"""

from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from shop.members.invitation_rules import InvitationReplaced
from shop.members.models import Invitation
from shop.people.links import DeadLink


@dataclass(frozen=True, slots=True)
class InvitationLinks:
    """Signs and reads links with the shop's secret."""

    secret: str

    def write(self, invitation: Invitation) -> str:
        """The token of the link of its present issue."""
        return str(self._signer().dumps([invitation.id, invitation.issue]))

    def read(self, session: Session, token: str) -> Invitation:
        """The invitation that a link names, open or closed. Raises DeadLink, InvitationReplaced."""
        invitation_id, issue = self._read(token)
        invitation = session.get(Invitation, invitation_id)
        if invitation is None:
            raise DeadLink
        if invitation.issue != issue:
            raise InvitationReplaced
        return invitation

    def _read(self, token: str) -> Any:
        try:
            return self._signer().loads(token)
        except BadData as wrong:
            raise DeadLink from wrong

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="letter invitation")
