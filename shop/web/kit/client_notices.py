"""What other packages say about a client on the pages of the office: each offers a function in its
manifest, and `app.py` collects them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ClientNotice:
    """A sentence about a client, with the kind of its panel; `url` and `act` lead to what can be
    done about it.
    """

    kind: str
    title: str
    text: str
    url: str = ""
    act: str = ""


#: A function of a package: the session and the id of the organisation.
Notices = Callable[[Session, int], list[ClientNotice]]


def notices_about(session: Session, organisation_id: int) -> list[ClientNotice]:
    """Everything that the packages say about a client."""
    offered: tuple[Notices, ...] = current_app.extensions["comptoir.client_notices"]
    return [notice for notices in offered for notice in notices(session, organisation_id)]
