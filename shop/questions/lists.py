"""The questions of a client, for its record."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop.clients.keys import Client
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.members.models import Membership
from shop.questions.models import Question
from shop.questions.procedure import OPEN
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import Listing, Page, Place, page_of


def questions_of_client(
    session: Session, client: Client, place: Place, size: int | None = None
) -> Page[Question]:
    """What the client, or a member of it, asked, and what was asked about its dossiers; the newest
    first.
    """
    dossiers = select(Dossier.id).where(client.owns(Dossier))
    if client.organisation_id is None:
        asked = Question.user_id == client.user_id
    else:
        members = select(Membership.user_id).where(
            Membership.organisation_id == client.organisation_id, Membership.is_in
        )
        asked = Question.user_id.in_(members)
    waits = Question.state.in_(OPEN)
    states = (
        Choice("waiting", N_("to answer"), waits),
        Choice("ended", N_("answered or closed"), ~waits),
    )
    listing = Listing(
        select(Question).where(or_(asked, Question.dossier_id.in_(dossiers))),
        (Question.id.desc(),),
        Question.id,
        (Filter("state", N_("Status"), states),),
        (Sort("asked", N_("Asked on"), (Question.asked_at,)),),
        "-asked",
    )
    return page_of(session, listing, place, size=size).of(lambda row: row[0])
