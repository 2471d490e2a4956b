"""A file that is too large is refused inside its form; a large one that is accepted is kept, and a
smaller copy of it travels.
"""

import ast
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from checkout.invoices.invoice_files import LARGEST, build_invoice_file
from checkout.invoices.invoices import issue_invoice
from checkout.orders.models import Order
from shop.core.actors import SALES_ADMIN
from shop.core.media import PDF, TIFF
from shop.documents.parts import image_to_pdf, merge
from shop.documents.scans import page_count
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import get_file
from shop.storage.db import Database
from tests.factories import AT, BOOKS, make_body, make_buyer, make_person, make_shop
from tests.layout import is_web, sources, tree
from tests.orders import deliver_all, make_ordered, make_quote, scan
from tests.people import sign_in, staff

LIMIT = 30_000


@pytest.fixture
def small(app) -> Any:
    """The application with a small limit."""
    app.extensions["comptoir.settings"] = replace(
        app.extensions["comptoir.settings"], upload_limit=LIMIT
    )
    app.config["MAX_CONTENT_LENGTH"] = LIMIT
    return app


def heavy(times: float = 3) -> tuple[BytesIO, str]:
    return BytesIO(b"%PDF-1.7" + bytes(int(times * LIMIT))), "BC-7.pdf"


def test_a_copy_that_is_too_large_is_refused_beside_its_field_with_what_was_typed(
    small, client, database: Database
):
    with database.transaction() as session:
        buyer = make_buyer(session)
        quote = make_quote(session, buyer, make_shop(session))
        number, reader = quote.number, buyer.user_id
    sign_in(client, reader)
    answer = client.post(
        f"/devis/{number}/bon-de-commande",
        data={"scan": heavy(), "reference": "BC-2026-778", "engagement": "4500117"},
    )
    assert answer.status_code == 413
    assert "Le fichier pèse plus de" in answer.text
    assert "BC-2026-778" in answer.text
    assert "4500117" in answer.text


def locked_for_changes() -> bytes:
    """As the software of public offices locks a PDF: it opens without a password."""
    no_changes = pikepdf.Permissions(modify_other=False, modify_annotation=False, extract=False)
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="mairie", user="", allow=no_changes))
    return out.getvalue()


def opened_with_a_password() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(locked_for_changes())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="mairie", user="mairie"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (locked_for_changes(), None),
        (scan(300), None),
        (scan(301), "plus de 300 pages"),
        (opened_with_a_password(), "protégé par un mot de passe"),
    ],
    ids=["locked for changes", "300 pages", "301 pages", "password"],
)
def test_a_copy_that_opens_is_accepted_and_the_refusal_of_another_is_true(
    client, database: Database, sent: bytes, said: str | None
):
    with database.transaction() as session:
        buyer = make_buyer(session)
        number, reader = make_quote(session, buyer, make_shop(session)).number, buyer.user_id
    sign_in(client, reader)
    address = f"/devis/{number}/bon-de-commande"
    answer = client.post(address, data={"scan": (BytesIO(sent), "bon.pdf"), "reference": "BC-1"})
    if said is None:
        assert answer.status_code == 303
        with database.reading_session() as session:
            assert session.scalars(select(StoredFile.size)).one() == len(sent)
    else:
        assert answer.status_code == 422
        assert said in answer.text
        assert ("mot de passe" in answer.text) is ("mot de passe" in said)


def test_the_record_of_an_original_keeps_what_the_office_typed(small, database: Database):
    with database.transaction() as session:
        number = make_quote(session, make_buyer(session), make_shop(session)).number
    told = {
        **dict.fromkeys(("original_paper", "letterhead", "dated", "signed", "stamped"), "y"),
        "reference": "BC-2026-779",
        "dated_on": "2026-11-20",
        "signatory_name": "Jeanne Martin",
        "signatory_capacity": "Maire",
        "received_on": "2026-11-24",
        "filed_at": "Classeur 3",
        "amount": "100,00",
        "scan": heavy(),
    }
    answer = staff(small, database, SALES_ADMIN).post(
        f"/bureau/bons-de-commande/{number}", data=told
    )
    assert answer.status_code == 413
    assert "Le fichier pèse plus de" in answer.text
    assert "BC-2026-779" in answer.text and "Classeur 3" in answer.text


def test_a_letter_that_is_too_large_is_refused_on_the_account(small, client, database: Database):
    with database.transaction() as session:
        person = make_person(session, at=AT)
        make_body(session, person, at=AT)
        reader = person.id
    sign_in(client, reader)
    answer = client.post("/compte/organisation/justificatifs", data={"file": heavy()})
    assert answer.status_code == 413
    assert "Le fichier pèse plus de" in answer.text


@pytest.mark.parametrize("protected", [False, True])
def test_a_request_beyond_every_bound_is_not_read_and_answered_by_a_page_of_the_shop(
    small, client, monkeypatch, protected: bool
):
    monkeypatch.setitem(small.config, "WTF_CSRF_ENABLED", protected)
    for path, times in (("/devis/DE-2026-000012/bon-de-commande", 12), ("/connexion", 2)):
        answer = client.post(
            path, data={"scan": heavy(times)}, headers={"Referer": "http://localhost/panier"}
        )
        assert answer.status_code == 413
        assert 'href="/panier"' in answer.text
        assert "<h1>Ce fichier est trop lourd</h1>" in answer.text
        assert "Le fichier pèse plus de" in answer.text
        assert 'class="masthead' in answer.text and "</footer>" in answer.text


def route_reads(node: ast.FunctionDef) -> list[int]:
    """The lines in which a route reads a file."""
    if not any("blueprint." in ast.unparse(one) for one in node.decorator_list):
        return []
    return [
        one.lineno
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
        and ast.unparse(one.func) in {"read_upload", "upload_of", "sent.stream.read"}
    ]


def test_every_route_reads_its_file_before_it_answers_other_mistakes():
    """All mistakes of a form show at once: those of the file, and those of the other fields."""
    early = []
    for path in filter(is_web, sources()):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and (read := route_reads(node)):
                answers = [one.lineno for one in ast.walk(node) if isinstance(one, ast.Return)]
                early += [f"{path.name}: {node.name}"] if min(answers) < min(read) else []
    assert not early


def test_every_route_that_reads_a_file_is_marked():
    """A route that is not answers with a page outside the form."""
    missing, marked = [], 0
    for path in filter(is_web, sources()):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and route_reads(node):
                names = {ast.unparse(one) for one in node.decorator_list}
                marked += "takes_file" in names
                missing += [] if "takes_file" in names else [f"{path.name}: {node.name}"]
    assert marked == 10
    assert not missing


def ordered_with(database: Database, data: bytes, media_type: str) -> tuple[str, int]:
    """The number of an invoice whose purchase order is that file, and the file's id."""
    with database.transaction() as session:
        order = make_ordered(session, paper=data, media_type=media_type)
        deliver_all(session, order)
        number = issue_invoice(session, order, by=BOOKS, at=AT).number
        assert order.purchase_order_file_id
        return number, order.purchase_order_file_id


def large_scan() -> bytes:
    sheets = []
    for _page in range(4):
        out = BytesIO()
        Image.effect_noise((1_700, 2_400), 90).convert("RGB").save(out, "JPEG", quality=95)
        sheets.append(image_to_pdf(out.getvalue()))
    return merge(sheets, title="scan")


@pytest.mark.usefixtures("printed_once")
def test_the_file_received_is_kept_and_a_reduced_copy_travels(database: Database):
    data = large_scan()
    assert len(data) > LARGEST
    number, scan = ordered_with(database, data, PDF)
    travels = build_invoice_file(database, number, at=AT)
    assert len(travels) <= LARGEST
    assert page_count(travels) >= 6
    with database.reading_session() as session:
        assert get_file(session, scan).data == data


@pytest.mark.usefixtures("printed_once")
def test_a_tiff_of_a_copier_is_kept_shown_to_the_office_and_travels_as_pdf(app, database: Database):
    out = BytesIO()
    sheets = [Image.new("1", (1_654, 2_339), 1) for _ in range(3)]
    sheets[0].save(out, "TIFF", compression="group4", save_all=True, append_images=sheets[1:])
    number, scan = ordered_with(database, out.getvalue(), TIFF)
    assert page_count(build_invoice_file(database, number, at=AT)) >= 5
    with database.reading_session() as session:
        stored = session.get_one(StoredFile, scan)
        dossier = session.scalars(select(Order)).one().quote_number
        assert stored.has_pages
    client = staff(app, database, SALES_ADMIN)
    page = client.get(f"/dossiers/{dossier}/fichiers/{scan}/pages/3.png")
    assert (page.status_code, page.mimetype) == (200, "image/png")
    assert client.get(f"/dossiers/{dossier}/fichiers/{scan}/pages/4.png").status_code == 404
    kept = client.get(f"/dossiers/{dossier}/fichiers/{scan}")
    assert kept.data == out.getvalue()
