"""The export of « Mes factures »: its levels add up, its originals are what was issued."""

import csv
import re
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from shop.dossiers.models import Paper
from shop.dossiers.papers import pdf_of
from shop.storage.db import Database
from tests.factories import AT
from tests.integration.test_ledger import make_accountant
from tests.people import sign_in
from tests.snapshots import Snapshots


@pytest.fixture
def accountant(database: Database, snapshots: Snapshots) -> int:
    return snapshots.fill(database, make_accountant)


PERIOD = "since=2026-01-01&until=2026-12-31"


def rows_of(client, detail: str) -> list[list[str]]:
    text = client.get(f"/factures/export.csv?{PERIOD}&detail={detail}").data.decode()
    return list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def cents(cell: str) -> int:
    return int(cell.replace(",", ""))


def test_each_level_of_detail_adds_up_to_the_documents(client, accountant):
    sign_in(client, accountant)
    (head, *documents), rates, lines = (
        rows_of(client, detail) for detail in ("document", "vat", "line")
    )
    excluding = sum(cents(row[head.index("Total HT")]) for row in documents)
    including = sum(cents(row[head.index("Total TTC")]) for row in documents)
    base, vat = (rates[0].index(name) for name in ("Base HT", "Montant de TVA"))
    assert sum(cents(row[base]) for row in rates[1:]) == excluding > 0
    assert sum(cents(row[base]) + cents(row[vat]) for row in rates[1:]) == including
    total = lines[0].index("Total HT")
    assert sum(cents(row[total]) for row in lines[1:]) == excluding
    assert {row[0] for row in lines[1:]} == {row[0] for row in documents}
    page = client.get(f"/factures/export?{PERIOD}&detail=line").text
    assert f"<dd>{len(lines) - 1}</dd>" in re.sub(r"\s+", "", page)


def test_a_level_that_is_not_offered_and_an_empty_period_are_told(client, accountant):
    sign_in(client, accountant)
    assert client.get(f"/factures/export?{PERIOD}&detail=strange").status_code == 422
    empty = client.get("/factures/export?since=2025-01-01&until=2025-12-31")
    assert "Aucune facture dans cet export" in empty.text


def test_the_originals_are_sent_with_their_sha256(client, accountant, database: Database):
    with database.reading_session() as session:
        first = session.scalars(select(Paper.id).where(Paper.kind == "invoice")).first()
    stored = pdf_of(database, first, at=AT)
    answer = sign_in(client, accountant).get(f"/factures/documents.zip?{PERIOD}")
    assert answer.mimetype == "application/zip"
    with ZipFile(BytesIO(answer.data)) as whole:
        assert whole.testzip() is None
        assert whole.namelist() == ["FA-2026-000001.pdf", "SHA256SUMS", "NOT-MADE-YET.txt"]
        data = whole.read("FA-2026-000001.pdf")
        assert data == stored.data
        told = f"{sha256(data).hexdigest()}  FA-2026-000001.pdf\n"
        assert whole.read("SHA256SUMS").decode() == told
        assert whole.read("NOT-MADE-YET.txt") == b"FA-2026-000002\n"
