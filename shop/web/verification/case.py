"""The page on which the office decides on a body: all that is known of it, and the one form that
the decision at hand needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from shop.documents.scans import MOST_PAGES, page_count
from shop.dossiers.papers import PDF
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
Members = list[tuple[Membership, User]]


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter about the person of that name. `last`: no other replaced it, it is shown; `pages` of
    a PDF that are shown as pictures."""

    file: EvidenceFile
    name: str
    last: bool
    pages: int


def case_page(
    organisation: Organisation,
    form: EvidenceForm | None = None,
    reason: ReasonForm | None = None,
    letter: LetterForm | None = None,
    *,
    joining: int | None = None,
) -> str:
    """The page; `form`, `reason`, `letter` as they were sent, when something must be mended.

    `joining`: the membership that the office looks at, of several who wait.
    """
    session, by, at = reading(), actor(), now()
    members = cases.members_of(session, organisation)
    names = cases.names_on(session, organisation)
    letters = proofs.letters_of(session, organisation.id)
    change = verification.open_change(session, organisation.id)
    acts = {transition.name for transition in verification.open_transitions(organisation, by)}
    led = bool(administrators(session, organisation.id))
    joiner = _joiner(members, joining)
    purpose = _purpose(acts, change, joiner, led=led, members=members)
    form = form or EvidenceForm(formdata=None)
    form.offer(_speaks_of(purpose, members, joiner), letters)
    another = _another_unit(organisation, change)
    if not form.legal_category.data and not another:
        form.legal_category.data = organisation.legal_category
    letter = letter or LetterForm(formdata=None)
    letter.offer(members)
    waiting, due = cases.waiting(session), cases.due_again(session, at)
    return render_template(
        "verification/decide.html",
        organisation=organisation,
        establishments=establishments_of(session, organisation.id),
        waiting=waiting,
        due=due,
        is_due=organisation.id in {one.id for one in due},
        body=find_body(session, organisation.siren),
        checks=checks_on(session, organisation),
        decision=decision_of(organisation.legal_category),
        members=[(one, user, domain_of(user.email), _is_free(user)) for one, user in members],
        letters=list(_shown(letters, proofs.last_letters(session, organisation.id), names)),
        kept_letters={one.id for one in letters},
        unconfirmed=cases.unconfirmed_establishments(session, organisation),
        domains=proven_domains(session, organisation.id),
        change=change,
        changed=_changed(session, change),
        another_unit=another,
        asked=changes.changes_of(session, organisation.id),
        last_administrator=last_administrator(session, organisation.id),
        decisions=cases.decisions_on(session, organisation),
        names=names,
        signals=signal_lines(signals.signals_on(session, organisation, at=at)),
        acts=acts,
        purpose=purpose,
        joiner=joiner,
        unproven=_set_aside_with(session, organisation, purpose),
        form=form,
        reason=reason or ReasonForm(formdata=None),
        letter=letter,
        now=at,
    )


def _set_aside_with(session: Session, organisation: Organisation, purpose: str) -> list[str]:
    """Whom this decision makes wait, unless the evidence speaks of him; nobody when he is alone."""
    if purpose not in (VERIFY, CHANGE):
        return []
    rows = unproven_members(session, organisation.id)
    inside = [one for one in cases.members_of(session, organisation) if one[0].is_in]
    return [user.name for _membership, user in rows] if len(inside) > 1 else []


def _is_free(user: User) -> bool:
    return is_free_mail(domain_of(user.email)) or is_shared(domain_of(user.email))


def _joiner(members: Members, wanted: int | None) -> tuple[Membership, User] | None:
    waiting = [one for one in members if not one[0].is_in]
    named = [one for one in waiting if one[0].id == wanted]
    return next(iter(named or waiting), None)


def _purpose(
    acts: set[str],
    change: ChangeRequest | None,
    joiner: tuple[Membership, User] | None,
    *,
    led: bool,
    members: Members,
) -> str:
    """What the office decides on first; `led`: somebody administers the body."""
    if not led and members:
        return APPOINT
    if change is not None and "accept_change" in acts:
        return CHANGE
    if "verify" in acts:
        return VERIFY
    if joiner is not None:
        return JOIN
    return CONFIRM if "confirm" in acts else NOTHING


def _speaks_of(
    purpose: str, members: Members, joiner: tuple[Membership, User] | None
) -> Iterable[tuple[Membership, User]]:
    """Whom the evidence may speak of: the joiner alone; anybody when nobody administers the body;
    else those who are in."""
    if purpose == JOIN and joiner is not None:
        return [joiner]
    known = [one for one in members if one[0].is_in or purpose == APPOINT]
    return sorted(known, key=lambda one: (not one[0].is_in, not one[0].administers))


def _shown(
    letters: Iterable[EvidenceFile], data: dict[int, bytes], names: dict[int, str]
) -> Iterable[ShownLetter]:
    """The last letter of each person (`data`: its bytes) is shown; those before are downloads."""
    for one in letters:
        last = one.id in data
        pages = min(page_count(data[one.id]), MOST_PAGES) if last and one.media_type == PDF else 0
        yield ShownLetter(one, names.get(one.user_id, "–"), last, pages)


def _another_unit(organisation: Organisation, change: ChangeRequest | None) -> bool:
    """Whether the change is to another SIREN: what is known of the old one does not count."""
    siret = change.wanted.get("siret", "") if change is not None else ""
    return bool(siret) and siren_of(siret) != organisation.siren


def _changed(session: Session, change: ChangeRequest | None) -> Any:
    """The establishment that changes, when one does."""
    if change is None:
        return None
    places = establishments_of(session, change.organisation_id)
    return next((one for one in places if one.id == change.establishment_id), None)
