"""The daily tasks of the office: whoever owns one reaches it by links from the first page, in a few
clicks; no other role is led to it.

The clicks are counted by following links, as a person does who has typed no address: to the page,
and one to do it. They are counted on the demonstration.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quotes.demonstration.fill import fill_demonstration
from tests.conftest import TEST_SETTINGS, new_database, shop_on
from tests.tasks import ROLES, TASKS, Walk, endpoint_of, walked, way_to


@pytest.fixture(scope="module")
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demonstration."""
    database = new_database(request, "sqlite", tmp_path_factory.mktemp("tasks"))
    fill_demonstration(database)
    app = shop_on(database, TEST_SETTINGS)
    app.test_client_class = FlaskClient
    yield app
    database.dispose()


@pytest.fixture(scope="module")
def walks(office: Flask) -> dict[str, Walk]:
    """What each role reaches."""
    return {role: walked(office, role) for role in ROLES}


@pytest.mark.parametrize(("role", "task", "act", "most"), TASKS, ids=[one[1] for one in TASKS])
def test_a_task_is_a_few_clicks_away(
    office: Flask, walks: dict[str, Walk], role: str, task: str, act: str, most: int
):
    found = way_to(office, walks[role], act)
    assert found is not None and found.clicks <= most, f"{task}: {found}"


def test_no_other_role_is_led_to_a_task(office: Flask, walks: dict[str, Walk]):
    led = [
        (role, task)
        for _owner, task, act, _most in TASKS
        for role, walk in walks.items()
        if role not in office.view_functions[endpoint_of(office, act)].audience.roles  # type: ignore[attr-defined]
        and way_to(office, walk, act) is not None
    ]
    assert not led
