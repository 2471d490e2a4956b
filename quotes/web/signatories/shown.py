"""The links of a quote as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quotes.signatories.links import links_of, openings_of
from quotes.signatories.models import SignatoryLink
from quotes.signatories.procedure import GONE, PROCEDURE, USABLE
from shop.core.actors import Actor


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link, whether its page still opens, when its holder said that they have read the quote, and
    whether the reader may withdraw it.
    """

    link: SignatoryLink
    is_open: bool
    is_withdrawn: bool
    read_at: Sequence[datetime]
    may_revoke: bool


def links_shown(session: Session, quote_id: int, *, by: Actor, at: datetime) -> list[LinkShown]:
    """The links of a quote, the newest first."""
    links = links_of(session, quote_id)
    read = openings_of(session, quote_id) if links else {}
    states = {link.id: link.state_at(at) for link in links}
    return [
        LinkShown(
            link,
            states[link.id] in USABLE,
            states[link.id] in GONE,
            read.get(link.id, ()),
            any(
                one.name == "revoke_link" for one in PROCEDURE.open_transitions(states[link.id], by)
            ),
        )
        for link in links
    ]
