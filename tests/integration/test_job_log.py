"""The job log: what the worker did last, which job is late, which one fails."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import JOB_TITLES, JOBS
from shop.core.actors import ACCOUNTING, ADMIN, SALES
from shop.jobs import tidy_job_log
from shop.ops import clock
from shop.ops.job_log import JobLog, count_troubled, get_job, logged_jobs, runs_of
from shop.ops.models import JobRun, LoggedJob
from shop.ops.rules import JobState, Trouble
from shop.ops.worker import Job, Worker
from shop.storage.db import Database
from shop.storage.paging import read_number
from tests.conftest import TEST_SETTINGS
from tests.factories import AT
from tests.people import staff

pytestmark = pytest.mark.each_database

SECRET = "jeanne@exemple.fr"
_MINUTE = timedelta(minutes=1)


class Turns:
    """A job that does what it is told at each turn: a number of things, or an error."""

    def __init__(self, *turns: int | Exception) -> None:
        self._turns = iter(turns)

    def __call__(self) -> int:
        turn = next(self._turns)
        if isinstance(turn, Exception):
            raise turn
        return turn


def run(database: Database, jobs: list[Job], times: int = 1, every: timedelta = _MINUTE) -> None:
    """A worker that begins and runs its jobs so many times."""
    log = JobLog(database)
    log.begin(jobs)
    worker = Worker(jobs, observer=log)
    for turn in range(times):
        with clock.travelled(turn * every):
            worker.run_once()


def read(database: Database, name: str) -> tuple[LoggedJob, list[JobRun]]:
    with database.reading_session() as session:
        job = get_job(session, name)
        return job, list(runs_of(session, job))


def test_a_run_that_did_something_is_told_apart_from_one_that_did_nothing(database: Database):
    run(database, [Job("mail", 0, Turns(3, 0))], times=2)
    job, runs = read(database, "mail")
    assert (job.worked_at, job.worked_count) == (AT, 3)
    assert job.ended_at == AT + _MINUTE
    assert [one.count for one in runs] == [3]
    assert job.state_at(AT + _MINUTE) is JobState.ON_TIME


def test_a_failing_job_says_the_kind_of_its_error_and_nothing_of_its_values(database: Database):
    fail = Turns(
        ValueError(f"no such address: {SECRET}"), OSError(), OperationalError("", {}, SECRET)
    )
    run(database, [Job("mail", 0, fail), Job("papers", 0, Turns(1, 0, 0))], times=3)
    job, runs = read(database, "mail")
    assert [one.trouble for one in runs] == [Trouble.DATABASE, Trouble.SERVER, Trouble.OTHER]
    assert runs[-1].error == "ValueError"
    assert not any(SECRET in one.error for one in runs)
    assert (job.failing_since, job.failed_at) == (AT, AT + 2 * _MINUTE)
    assert read(database, "papers")[0].failing_since is None
    with database.reading_session() as session:
        assert read_number(session, count_troubled(at=AT + 2 * _MINUTE)) == 1
        assert [row.name for row in logged_jobs(session, at=AT)] == ["mail", "papers"]


def test_a_job_that_runs_again_without_an_error_no_longer_fails(database: Database):
    run(database, [Job("mail", 0, Turns(OSError(), 0))], times=2)
    job, _runs = read(database, "mail")
    assert (job.failing_since, job.failed_at, job.trouble) == (None, AT, Trouble.SERVER)


def test_the_place_of_an_error_is_a_line_of_the_shop(database: Database):
    run(database, [Job("mail", 0, lambda: len(clock.parse_shift("soon").days))])  # type: ignore
    _job, (only,) = read(database, "mail")
    assert re.fullmatch(r"ValueError shop/ops/clock\.py:\d+", only.error)


def test_a_job_that_has_nothing_new_to_tell_is_written_once_a_minute(database: Database):
    every = timedelta(seconds=20)
    run(database, [Job("mail", 0, Turns(*[0] * 5))], times=5, every=every)
    assert read(database, "mail")[0].ended_at == AT + 3 * every
    run(database, [Job("mail", 0, Turns(*(OSError() for _ in range(5))))], times=5, every=every)
    assert [one.ended_at for one in read(database, "mail")[1]] == [AT + 3 * every, AT]


def test_a_job_is_late_five_minutes_after_three_periods(database: Database):
    run(database, [Job("quotes", 60, lambda: 0)])
    with database.reading_session() as session:
        assert read_number(session, count_troubled(at=AT + timedelta(minutes=8))) == 0
        late = AT + timedelta(minutes=8, seconds=1)
        assert read_number(session, count_troubled(at=late)) == 1
        assert get_job(session, "quotes").state_at(late) is JobState.LATE


def test_a_job_that_never_ran_is_late_too_and_one_that_is_gone_is_forgotten(database: Database):
    JobLog(database).begin([Job("mail", 60, lambda: 0), Job("gone", 60, lambda: 0)])
    JobLog(database).begin([Job("mail", 60, lambda: 0)])
    with database.reading_session() as session:
        assert session.scalars(select(LoggedJob.name).order_by(LoggedJob.name)).all() == ["mail"]
        assert read_number(session, count_troubled(at=AT + timedelta(minutes=9))) == 1


def test_two_workers_write_to_the_same_rows(database: Database):
    for turns in (Turns(2), Turns(OSError())):
        run(database, [Job("mail", 0, turns)])
    job, runs = read(database, "mail")
    assert (job.worked_count, job.failing_since) == (2, AT)
    assert [one.count for one in runs] == [0, 2]


def test_a_log_that_cannot_be_written_stops_no_job(tmp_path):
    without_tables = Database(f"sqlite:///{tmp_path}/empty.db")
    done: list[int] = []

    def work() -> int:
        done.append(1)
        return 1

    run(without_tables, [Job("mail", 0, work)], times=2)
    without_tables.dispose()
    assert done == [1, 1]


def test_runs_are_deleted_after_three_months(database: Database):
    run(database, [Job("mail", 0, Turns(1))])
    with clock.travelled(timedelta(days=89)):
        assert tidy_job_log(database) == 0
    with clock.travelled(timedelta(days=90)):
        assert tidy_job_log(database) == 1
    assert read(database, "mail")[0].worked_at == AT


def test_each_job_of_the_worker_has_a_title(database: Database):
    settings = TEST_SETTINGS
    names = {job.name for jobs in JOBS for job in jobs(database, settings, lambda: False)}
    assert names | {"deposits"} == set(JOB_TITLES)


def test_the_office_sees_on_its_first_page_that_a_job_is_late(app: Flask, database: Database):
    assert "pas encore été lancée" in staff(app, database, ADMIN).get("/bureau/travaux").text
    run(database, [Job("mail", 1, Turns(4)), Job("papers", 1, Turns(ValueError(SECRET)))])
    client = staff(app, database, ACCOUNTING)
    page = client.get("/bureau/travaux").text
    assert page.index("Production des PDF") < page.index("Envoi des e-mails")
    assert "en échec" in page and "Une erreur imprévue" in page and SECRET not in page
    assert re.search(r"/bureau/travaux\">\s*<b>1</b>", client.get("/bureau").text)
    one = client.get("/bureau/travaux/mail").text
    assert "chaque seconde" in one and "à l’heure" in one
    assert client.get("/bureau/travaux/none").status_code == 404
    assert staff(app, database, SALES).get("/bureau/travaux").status_code == 403
