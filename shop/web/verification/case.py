"""The page on which the office decides on a body: all that is known of it, and the one form that
the open decision needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.documents.scans import MOST_PAGES, page_count
from shop.members.administrators import administrators, last_administrator
from shop.members.domain_rules import domain_of, is_free_mail, is_shared
from shop.members.domains import proven_domains
from shop.members.models import Membership
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.organisations.organisations import establishments_of
from shop.organisations.register_checks import checks_on
from shop.people.models import User
from shop.register.embedded import find_body
from shop.register.legal_categories import decide as decision_of
from shop.register.siret import siren_of
from shop.verification import cases, changes, signals, verification
from shop.verification import evidence_letters as proofs
from shop.verification.models import ChangeRequest, EvidenceFile
from shop.verification.unproven import unproven_members
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading
from shop.web.verification.forms import EvidenceForm, LetterForm, ReasonForm
from shop.web.verification.signal_lines import signal_lines

#: What the evidence on the page is for: one decision at a time.
CHANGE, VERIFY, APPOINT, JOIN, CONFIRM, NOTHING = (
    "change",
    "verify",
    "appoint",
    "join",
    "confirm",
    "nothing",
)
Member = tuple[Membership, User]
Members = list[Member]


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter about the person of that name. `last`: no other replaced it, it is shown; `pages`:
    how many pages of a PDF are shown as pictures."""

    file: EvidenceFile
    name: str
    last: bool
    pages: int


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known of a body's people and requests, and what the office decides on first.

    `acts` are the transitions that are open; `led`: somebody administers the body; `joining`: the
    membership that the office looks at, of several who wait.
    """

    organisation: Organisation
    members: Members
    names: dict[int, str]
    letters: list[EvidenceFile]
    change: ChangeRequest | None
    acts: set[str]
    led: bool
    joining: int | None

    @property
    def joiner(self) -> Member | None:
        """The person to approve: the one looked at, else the first whose request is pending."""
        waiting = [one for one in self.members if not one[0].is_in]
        named = [one for one in waiting if one[0].id == self.joining]
        return next(iter(named or waiting), None)

    @property
    def purpose(self) -> str:
        """What the evidence on the page is for."""
        if not self.led and self.members:
            return APPOINT
        if self.change is not None and "accept_change" in self.acts:
            return CHANGE
        if "verify" in self.acts:
            return VERIFY
        if self.joiner is not None:
            return JOIN
        return CONFIRM if "confirm" in self.acts else NOTHING

    @property
    def candidates(self) -> Members:
        """Whom the evidence may be about: the joiner alone; anybody when nobody administers the
        body; else those who are in."""
        if self.purpose == JOIN and self.joiner is not None:
            return [self.joiner]
        known = [one for one in self.members if one[0].is_in or self.purpose == APPOINT]
        return sorted(known, key=lambda one: (not one[0].is_in, not one[0].administers))

    @property
    def to_another_unit(self) -> bool:
        """Whether the change is to another SIREN: what is known of the old one does not count."""
        siret = self.change.wanted.get("siret", "") if self.change is not None else ""
        return bool(siret) and siren_of(siret) != self.organisation.siren


def case_page(
    organisation: Organisation,
    form: EvidenceForm | None = None,
    reason: ReasonForm | None = None,
    letter: LetterForm | None = None,
    *,
    joining: int | None = None,
) -> str:
    """The page; `form`, `reason`, `letter` as they were sent, when one of them has errors.

    `joining`: the membership that the office looks at, of several who wait.
    """
    session, at = reading(), now()
    case = _read(session, organisation, joining, by=actor())
    form = form or EvidenceForm(formdata=None)
    form.offer(case.candidates, case.letters)
    if not form.legal_category.data and not case.to_another_unit:
        form.legal_category.data = organisation.legal_category
    letter = letter or LetterForm(formdata=None)
    letter.offer(case.members)
    return render_template(
        "verification/decide.html",
        **_queue(session, organisation, at),
        **_known(session, organisation, at),
        **_shown_case(session, case),
        form=form,
        reason=reason or ReasonForm(formdata=None),
        letter=letter,
        now=at,
    )


def _read(session: Session, organisation: Organisation, joining: int | None, *, by: Actor) -> _Case:
    return _Case(
        organisation=organisation,
        members=cases.members_of(session, organisation),
        names=cases.names_on(session, organisation),
        letters=proofs.letters_of(session, organisation.id),
        change=verification.open_change(session, organisation.id),
        acts={transition.name for transition in verification.open_transitions(organisation, by)},
        led=bool(administrators(session, organisation.id)),
        joining=joining,
    )


def _queue(session: Session, organisation: Organisation, at: datetime) -> dict[str, Any]:
    """The bodies beside this one: those that wait, and those due for the yearly look."""
    return {
        **case_lists(session, at, organisation.id),
        "is_due": cases.is_due_again(session, organisation, at),
    }


def case_lists(session: Session, at: datetime, holding: int | None = None) -> dict[str, Any]:
    """The bodies that wait, and those due for the yearly look: of each list the page that holds
    the open one.
    """
    waiting = cases.waiting(session, place_asked(holding))
    due = cases.due_again(session, at, place_asked(holding, name="due"))
    return {"waiting": waiting, "due": due, "query": kept(waiting, due)}


def _known(session: Session, organisation: Organisation, at: datetime) -> dict[str, Any]:
    """What registers, earlier decisions and the shop's signals say of the body."""
    return {
        "organisation": organisation,
        "establishments": establishments_of(session, organisation.id),
        "body": find_body(session, organisation.siren),
        "checks": checks_on(session, organisation),
        "decision": decision_of(organisation.legal_category),
        "unconfirmed": cases.unconfirmed_establishments(session, organisation),
        "domains": proven_domains(session, organisation.id),
        "asked": changes.changes_of(session, organisation.id),
        "last_administrator": last_administrator(session, organisation.id),
        "decisions": cases.decisions_on(session, organisation),
        "signals": signal_lines(signals.signals_on(session, organisation, at=at)),
    }


def _shown_case(session: Session, case: _Case) -> dict[str, Any]:
    """The people, their letters, the change asked for, and the open decision."""
    data = proofs.last_letters(session, case.organisation.id)
    return {
        "members": [
            (one, user, domain_of(user.email), _is_free(user)) for one, user in case.members
        ],
        "names": case.names,
        "letters": list(_shown(case.letters, data, case.names)),
        "kept_letters": {one.id for one in case.letters},
        "change": case.change,
        "changed": _changed(session, case.change),
        "another_unit": case.to_another_unit,
        "acts": case.acts,
        "purpose": case.purpose,
        "joiner": case.joiner,
        "unproven": _set_aside_with(session, case),
    }


def _set_aside_with(session: Session, case: _Case) -> list[str]:
    """Names of the members that this decision makes wait, unless the evidence is about them; none
    when the body has one member."""
    if case.purpose not in (VERIFY, CHANGE):
        return []
    rows = unproven_members(session, case.organisation.id)
    inside = [one for one in case.members if one[0].is_in]
    return [user.name for _membership, user in rows] if len(inside) > 1 else []


def _is_free(user: User) -> bool:
    return is_free_mail(domain_of(user.email)) or is_shared(domain_of(user.email))


def _shown(
    letters: Iterable[EvidenceFile], data: dict[int, bytes], names: dict[int, str]
) -> Iterable[ShownLetter]:
    """The last letter of each person (`data`: its bytes) is shown; those before are downloads."""
    for one in letters:
        last = one.id in data
        pages = min(page_count(data[one.id]), MOST_PAGES) if last and one.has_pages else 0
        yield ShownLetter(one, names.get(one.user_id, "–"), last, pages)


def _changed(session: Session, change: ChangeRequest | None) -> Any:
    """The establishment that changes, when one does."""
    if change is None:
        return None
    places = establishments_of(session, change.organisation_id)
    return next((one for one in places if one.id == change.establishment_id), None)
