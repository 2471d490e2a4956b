"""A scan that cannot be rendered: the office's page opens and offers to download it."""

from quotes.purchase_orders.purchase_orders import receive_scan
from quotes.purchase_orders.rules import Told
from quotes.quotes.quotes import issue_quote
from shop.core.actors import SALES_ADMIN
from shop.dossiers.papers import PDF, SCAN, keep_file
from shop.ops.clock import now
from tests.factories import make_person, make_sale, make_town, sale_line
from tests.people import sign_in


def test_a_scan_that_cannot_be_shown_can_be_downloaded(client, database):
    at = now()
    with database.transaction() as session:
        town = make_town(session, at=at)
        lines = [sale_line(session, town.product_id, 1)]
        quote = issue_quote(session, make_sale(town.buyer, lines), by=town.buyer, at=at)
        scan = keep_file(
            session,
            b"%PDF-1.7 nothing that can be drawn",
            kind=SCAN,
            filename="bon.pdf",
            media_type=PDF,
            by=town.buyer,
            at=at,
            dossier_id=quote.dossier_id,
        )
        receive_scan(session, quote, scan, Told("BC-1"), by=town.buyer, at=at)
        number, file_id = quote.number, scan.id
        clerk = make_person(
            session, at=at, email="adv@comptoir.example", name="Hugo", staff_roles={SALES_ADMIN}
        )
        clerk_id = clerk.id
    sign_in(client, clerk_id)
    desk = client.get(f"/bureau/bons-de-commande/{number}")
    assert desk.status_code == 200
    assert f'href="/dossiers/{number}/fichiers/{file_id}"' in desk.text
    assert 'class="scan"' not in desk.text
    assert client.get(f"/dossiers/{number}/fichiers/{file_id}/pages/1.png").status_code == 404
