"""Who is away, who replaces them, and what is refused. Pure rules: days of Paris, both included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shop.core.errors import N_, DomainError

#: A longer absence is a change of roles.
LONGEST = timedelta(days=366)


class LeaveRefused(DomainError):
    """`field` is the answer of the form beside which the sentence stands."""

    status = 422
    field = "substitute"


class LeaveReversed(LeaveRefused):
    sentence = N_("The last day is before the first one.")
    field = "ends_on"


class LeaveOver(LeaveRefused):
    sentence = N_("These days are over. Enter a last day from today on.")
    field = "ends_on"


class LeaveTooLong(LeaveRefused):
    sentence = N_("Enter an absence of a year at most: for a longer one, change the roles.")
    field = "ends_on"


class LeaveOverlaps(LeaveRefused):
    """`first` and `last` are the days of the other absence."""

    sentence = N_("This person is already away from %(first)s to %(last)s: choose other days.")
    field = "starts_on"


class ReplacesSomebody(LeaveRefused):
    """`name` is the person whom the one who goes away replaces, until `last`."""

    sentence = N_(
        "This person replaces %(name)s until %(last)s. End that absence first, and enter it again "
        "with somebody else."
    )
    field = "starts_on"


class SubstitutesThemselves(LeaveRefused):
    sentence = N_("Nobody replaces themselves: choose another person.")


class SubstituteSuspended(LeaveRefused):
    sentence = N_("The account of this person is not open: choose another one.")


class SubstituteAway(LeaveRefused):
    """`first` and `last` are the days on which the substitute is away."""

    sentence = N_("%(name)s is away from %(first)s to %(last)s: choose another person.")


class SubstitutionCircular(LeaveRefused):
    sentence = N_(
        "%(name)s is replaced by this person until %(last)s: the two cannot replace each other."
    )


class NobodyForRoles(LeaveRefused):
    sentence = N_("Choose who has these roles meanwhile, or untick them.")


class NoRoleGranted(LeaveRefused):
    sentence = N_("Tick at least one role for the substitute, or choose nobody.")
    field = "roles"


class RoleNotHeld(LeaveRefused):
    sentence = N_("This person no longer has one of these roles: choose among those they have.")
    field = "roles"


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person, whose name is `name`, is away, and who replaces them."""

    user_id: int
    name: str
    first: date
    last: date
    substitute_id: int | None = None

    def overlaps(self, other: "Absence") -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


def ensure_days(first: date, last: date, *, today: date) -> None:
    """Raises LeaveReversed, LeaveOver, LeaveTooLong."""
    if last < first:
        raise LeaveReversed
    if last < today:
        raise LeaveOver
    if last - first >= LONGEST:
        raise LeaveTooLong


def ensure_grant(
    substitute_id: int | None, granted: frozenset[str], held: frozenset[str], *, user_id: int
) -> None:
    """Whether a substitute and the roles that they have meanwhile go together; `held` are those of
    the person who is away. Raises NobodyForRoles, SubstitutesThemselves, NoRoleGranted,
    RoleNotHeld.
    """
    if substitute_id is None:
        if granted:
            raise NobodyForRoles
        return
    if substitute_id == user_id:
        raise SubstitutesThemselves
    if not granted:
        raise NoRoleGranted
    if not granted <= held:
        raise RoleNotHeld


def ensure_fits(new: Absence, known: Iterable[Absence]) -> None:
    """Whether an absence goes with those that are known, ended ones left out.

    On any day whoever replaces somebody is there, so that no chain of substitutes leads back to
    somebody who is away. Raises LeaveOverlaps, SubstitutionCircular, ReplacesSomebody,
    SubstituteAway.
    """
    same_days = [one for one in known if one.overlaps(new)]
    for one in same_days:
        if one.user_id == new.user_id:
            raise LeaveOverlaps(first=one.first, last=one.last)
    for one in same_days:
        if one.substitute_id == new.user_id:
            if one.user_id == new.substitute_id:
                raise SubstitutionCircular(name=one.name, last=one.last)
            raise ReplacesSomebody(name=one.name, last=one.last)
    for one in same_days:
        if one.user_id == new.substitute_id:
            raise SubstituteAway(name=one.name, first=one.first, last=one.last)
