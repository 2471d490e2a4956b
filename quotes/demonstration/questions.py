"""The demonstration's questions: one of a buyer about their file waits, one of a visitor is
answered.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.finder import by_order
from quotes.purchase_orders.finder import by_copy
from shop.core.actors import SALES, Actor
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.people.models import User
from shop.people.people import actor_of
from shop.questions.desk import answer_question
from shop.questions.questions import ask_question
from shop.questions.rules import Asked

BUYER = "acheteur@ville.example"
_FINDERS = (by_order, by_copy)
_VISITOR = Actor("", frozenset())


def fill_questions(session: Session, *, at: datetime) -> None:
    """After the sales; `at` is today."""
    _answered(session, at=at - timedelta(days=2))
    _waiting(session, at=at - timedelta(hours=3))


def _waiting(session: Session, *, at: datetime) -> None:
    person = session.scalars(select(User).where(User.email == BUYER)).one()
    belongs = select(Membership).where(Membership.user_id == person.id)
    by = member_actor(person, session.scalars(belongs).one())
    opened = (readable_by(by), Dossier.opened_at < at)
    newest = select(Dossier.number).where(*opened).order_by(Dossier.id.desc()).limit(1)
    asked = Asked(
        name=person.name,
        email=person.email,
        subject="Livraison un jour de marché",
        message="Bonjour,\n\nLa place est fermée aux véhicules le jeudi matin. Le transporteur "
        "peut-il passer l’après-midi, ou un autre jour\u00a0?\n\nMerci par avance.",
        language="fr",
        number=session.scalars(newest).one(),
    )
    ask_question(session, asked, _FINDERS, by=by, at=at)


def _answered(session: Session, *, at: datetime) -> None:
    first = select(User).where(User.works_as(SALES)).order_by(User.id).limit(1)
    sales = actor_of(session.scalars(first).one())
    asked = Asked(
        name="Sophie Aubert",
        email="secretariat@college.example",
        subject="Bon de commande électronique",
        message="Bonjour,\n\nNotre collège signe ses bons de commande électroniquement. Faut-il "
        "quand même poster un original\u00a0?",
        language="fr",
    )
    row = ask_question(session, asked, _FINDERS, by=_VISITOR, at=at)
    answer_question(
        session,
        row.id,
        answer="Oui\u00a0: la facturation demande l’original sur papier, à l’en-tête "
        "du collège, daté, signé et tamponné. Une copie déposée dans votre dossier met déjà le "
        "matériel de côté.",
        by=sales,
        at=at + timedelta(hours=5),
    )
