"""The signed copy of a price agreement: attached by the office, read by those who signed."""

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import func, select

from shop.agreements.copies import attach_copy, copy_file, keep_copy
from shop.agreements.models import AgreementCopy
from shop.agreements.rules import NotItsClient
from shop.core.actors import ACCOUNTING, SALES, Actor
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.dossiers.papers import PDF
from shop.storage.db import Database
from tests.agreed import TERMS, make_agreement, make_draft
from tests.factories import AT, OFFICE, Town, make_town
from tests.orders import scan
from tests.people import sign_in, staff


@pytest.fixture
def town(database: Database) -> Town:
    with database.transaction() as session:
        return make_town(session, at=AT)


def agreed(database: Database, town: Town) -> int:
    with database.transaction() as session:
        return make_agreement(session, town.organisation_id).id


def sent(data: bytes, organisation_id: int) -> dict[str, object]:
    return {"copy-organisation": str(organisation_id), "copy-file": (BytesIO(data), "accord.pdf")}


def test_the_office_attaches_what_was_signed_and_the_members_download_it(
    app, database: Database, town: Town
) -> None:
    row, office = agreed(database, town), staff(app, database, SALES)
    url = f"/bureau/accords/{row}"
    paper = scan()
    answer = office.post(f"{url}/copies", data=sent(paper, town.organisation_id))
    assert answer.status_code == 303
    assert "accord.pdf" in office.get(url).text
    with database.reading_session() as session:
        copy = session.scalars(select(AgreementCopy.id)).one()
    got = office.get(f"/bureau/accords/copies/{copy}")
    assert (got.data, got.mimetype) == (paper, PDF)
    assert got.headers["Content-Disposition"].startswith("attachment")
    member = sign_in(app.test_client(), town.buyer.user_id)
    assert f"/compte/prix/accords/{copy}" in member.get("/compte/prix").text
    assert member.get(f"/compte/prix/accords/{copy}").data == paper


def test_another_organisation_finds_no_copy(app, database: Database, town: Town) -> None:
    row = agreed(database, town)
    with database.transaction() as session:
        file = keep_copy(session, scan(), "accord.pdf", PDF, by=OFFICE, at=AT)
        copy = attach_copy(session, row, town.organisation_id, file, by=OFFICE, at=AT).id
    with database.reading_session() as session:
        stranger = replace(town.buyer, organisation_id=town.organisation_id + 1)
        with pytest.raises(NotFound):
            copy_file(session, copy, by=stranger)
        with pytest.raises(NotFound):
            copy_file(session, copy + 1, by=OFFICE)


def test_a_file_that_is_no_document_is_refused_beside_its_field(
    app, database: Database, town: Town
) -> None:
    row, office = agreed(database, town), staff(app, database, SALES)
    url = f"/bureau/accords/{row}/copies"
    assert office.post(url, data=sent(b"PK zip", town.organisation_id)).status_code == 422
    assert office.post(url, data={}).status_code == 422
    assert office.post(url, data=sent(scan(), 0)).status_code == 422
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(AgreementCopy)) == 0


def test_the_table_says_who_attaches_a_copy_and_when(database: Database, town: Town) -> None:
    with database.transaction() as session:
        draft = make_draft(session, town.organisation_id)
        file = keep_copy(session, scan(), "accord.pdf", PDF, by=OFFICE, at=AT)
        with pytest.raises(IllegalTransition):
            attach_copy(session, draft.id, town.organisation_id, file, by=OFFICE, at=AT)
    row = agreed_again(database, town)
    with database.transaction() as session:
        books = Actor("Ada Roy", frozenset({ACCOUNTING}))
        with pytest.raises(NotAllowed):
            attach_copy(session, row, town.organisation_id, file, by=books, at=AT)
        with pytest.raises(NotItsClient):
            attach_copy(session, row, town.organisation_id + 1, file, by=OFFICE, at=AT)


def agreed_again(database: Database, town: Town) -> int:
    """An agreement with another reference than that of the draft."""
    with database.transaction() as session:
        terms = replace(TERMS, reference="2026-LUX")
        return make_agreement(session, town.organisation_id, terms=terms).id
