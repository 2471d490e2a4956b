"""Those who read the journal read what the worker did last, and whether a job is late or fails."""

from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_
from shop.core.text import moment
from shop.ops.clock import now
from shop.ops.job_log import count_troubled, get_job, logged_jobs, runs_of
from shop.ops.models import LoggedJob
from shop.ops.rules import KEPT, JobState, Trouble
from shop.web.jobs import blueprint
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.site import current_language, reading
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "jobs.index",
    _l("Job log"),
    frozenset({ACCOUNTING, ADMIN}),
    lambda at: count_troubled(at=at),
    order=85,
    about=_l("what the shop does by itself, and what is late or fails"),
    group=Group.SHOP,
    on_first_page=True,
)
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STATES = {
    JobState.ON_TIME: ("good", N_("on time")),
    JobState.FAILING: ("warn", N_("failing")),
    JobState.LATE: ("warn", N_("late")),
}
_TROUBLES = {
    Trouble.DATABASE: N_("The database did not answer, or refused what was written."),
    Trouble.SERVER: N_("A server or a file that the job needs could not be reached."),
    Trouble.OTHER: N_(
        "An error that the shop does not foresee: the worker’s own log describes it."
    ),
}


@blueprint.get("/bureau/travaux")
@staff_only(ACCOUNTING)
def index() -> Any:
    """The jobs of the worker, those that are late or failing first."""
    rows = logged_jobs(reading(), place_asked(), at=now())
    return render_template(
        "jobs/index.html", rows=rows, query=kept(rows), here="jobs.index", **_words()
    )


@blueprint.get("/bureau/travaux/<name>")
@staff_only(ACCOUNTING)
def show(name: str) -> Any:
    """One job, with its runs that did something or failed."""
    job = get_job(reading(), name)
    rows = runs_of(reading(), job, place_asked())
    return render_template(
        "jobs/job.html",
        job=job,
        rows=rows,
        query=kept(rows, name=name),
        days=KEPT.days,
        here="jobs.index",
        **_words(),
    )


def _words() -> dict[str, Any]:
    """What the templates call to name a job, its state, its period and its errors."""
    return {
        "title_of": title_of,
        "state_words": state_words,
        "every": every,
        "when": when,
        "why": why,
    }


def title_of(name: str) -> str:
    """What a job does; the name of one that this version does not have."""
    titles: dict[str, str] = current_app.extensions["comptoir.job_titles"]
    return _(titles[name]) if name in titles else name


def state_words(job: LoggedJob) -> tuple[str, str]:
    """The kind and the words of the state of a job."""
    kind, words = _STATES[job.state_at(now())]
    return kind, _(words)


def every(seconds: int) -> str:
    """The period of a job, in its largest whole unit."""
    if seconds % _DAY == 0:
        return ngettext("every day", "every %(num)d days", seconds // _DAY)
    if seconds % _HOUR == 0:
        return ngettext("every hour", "every %(num)d hours", seconds // _HOUR)
    if seconds % _MINUTE == 0:
        return ngettext("every minute", "every %(num)d minutes", seconds // _MINUTE)
    return ngettext("every second", "every %(num)d seconds", seconds)


def when(at: datetime | None) -> str:
    """A moment that there may not have been yet."""
    return moment(at, current_language()) if at else "–"


def why(trouble: Trouble) -> str:
    """What an error means."""
    return _(_TROUBLES[trouble])
