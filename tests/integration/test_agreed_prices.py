"""The prices of an agreement wherever its organisation buys, and nowhere else."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.drafts.drafts import checkout_state
from checkout.orders.orders import lines_of
from quotes.client_quotes.adjustments import Granted, set_discounts
from quotes.client_quotes.limits import limits_at
from quotes.quotes.models import Quote, QuoteLine
from quotes.quotes.renewal import propose_renewal
from shop.agreements.agreements import end_agreement
from shop.agreements.rules import Condition
from shop.cart.contents import find_cart
from shop.catalogue.models import Category, Product
from shop.core.actors import Actor
from shop.core.money import UnitPrice
from shop.core.sales import SaleLine, line_of
from shop.documents.layout import page
from shop.dossiers.dossiers import content_of
from shop.storage.db import Database
from tests.agreed import LAST, TERMS, make_agreement
from tests.counting import counted
from tests.factories import AT, OFFICE, fill_cart, make_buyer, make_shop, siret_of
from tests.integration.test_granted_quotes import allow, issued
from tests.orders import make_client_quote, make_order_from_original
from tests.people import sign_in

TENTH = Condition("", 1_000)


def agreed_quote(session: Session) -> tuple[int, Quote]:
    """A quote for the town, which has signed an agreement: both ids."""
    line, buyer = make_shop(session)[0], make_buyer(session)
    assert buyer.organisation_id is not None
    row = make_agreement(session, buyer.organisation_id, [TENTH])
    return row.id, issued(session, make_client_quote(session, buyer, line.sku, 2))


def goods_of_quote(session: Session, quote: Quote) -> SaleLine:
    lines = select(QuoteLine).where(QuoteLine.quote_id == quote.id).order_by(QuoteLine.position)
    return line_of(session.scalars(lines).all()[0])


def test_the_checkout_of_the_organisation_has_the_agreed_price_between_its_days(
    database: Database,
):
    with database.transaction() as session:
        listed, buyer = make_shop(session)[0], make_buyer(session)
        assert buyer.organisation_id is not None and listed.product_id is not None
        make_agreement(session, buyer.organisation_id, [TENTH])
        other = make_buyer(session, "paul@tours.example", siret=siret_of(1))
        token = fill_cart(session, listed.product_id, 2, at=AT)
        cart_id = find_cart(session, token, user_id=None)

        def line(by: Actor, at: datetime = AT) -> SaleLine:
            return checkout_state(session, cart_id, names={}, by=by, at=at).lines[0]

        agreed = line(buyer)
        assert agreed.agreement == TERMS.reference
        assert agreed.list_price is not None
        assert agreed.unit_price == agreed.list_price.reduced(1_000, agreed.eco_fee)
        days = (LAST - AT.date()).days
        assert line(buyer, AT + timedelta(days=days)) == agreed
        for not_agreed in (
            line(buyer, AT + timedelta(days=days + 1)),
            line(buyer, AT - timedelta(days=1)),
            line(other),
            line(Actor("", frozenset())),
        ):
            assert (not_agreed.list_price, not_agreed.agreement) == (None, "")


def test_a_quote_keeps_the_price_that_it_promised(database: Database):
    with database.transaction() as session:
        agreement_id, quote = agreed_quote(session)
        promised = goods_of_quote(session, quote)
        assert promised.agreement == TERMS.reference
        end_agreement(session, agreement_id, "Résilié par la ville", by=OFFICE, at=AT)
        assert goods_of_quote(session, quote) == promised
        order = make_order_from_original(session, quote)
        assert line_of(lines_of(session, order.id)[0]) == promised


def test_a_renewal_has_the_agreement_of_its_day(database: Database):
    with database.transaction() as session:
        agreement_id, quote = agreed_quote(session)
        by = make_buyer(session, "paul@tours.example", siret=siret_of(1))
        promised = goods_of_quote(session, quote)
        assert propose_renewal(session, quote, by=by, at=AT).sale.lines[0] == promised
        end_agreement(session, agreement_id, "Résilié par la ville", by=OFFICE, at=AT)
        renewed = propose_renewal(session, quote, by=by, at=AT).sale.lines[0]
        assert (renewed.unit_price, renewed.agreement) == (promised.list_price, "")


def test_the_papers_tell_the_public_price_and_the_agreement(database: Database):
    with database.transaction() as session:
        _agreement_id, quote = agreed_quote(session)
        content = content_of(session, quote.paper_id)
    assert content["lines"][0]["agreement"] == TERMS.reference
    html = page("quote", content, language="fr").html
    assert f"accord de prix {TERMS.reference}" in html.replace("\xa0", " ")


def test_the_office_grants_more_than_the_agreement_or_the_agreement_stays(database: Database):
    with database.transaction() as session:
        allow(session, 3_000)
        line, buyer = make_shop(session)[0], make_buyer(session)
        assert buyer.organisation_id is not None
        make_agreement(session, buyer.organisation_id, [TENTH])
        found = []
        for discount in (500, 2_000):
            row = make_client_quote(session, buyer, line.sku, 1)
            granted = {line.sku: Granted(discount, "Geste commercial")}
            set_discounts(session, row, granted, limits_at(session, AT), by=OFFICE)
            sold = goods_of_quote(session, issued(session, row))
            found.append((sold.discount, sold.agreement))
    assert found == [(1_000, TERMS.reference), (2_000, "")]


def test_pages_show_the_agreed_price_to_the_organisation_only(app, database: Database):
    with database.transaction() as session:
        line, buyer = make_shop(session)[0], make_buyer(session)
        assert buyer.organisation_id is not None and line.product_id is not None
        fixed = Condition("", price=UnitPrice(77_700), product_id=line.product_id)
        more = Condition("", price=UnitPrice(66_600), product_id=line.product_id, from_quantity=5)
        make_agreement(session, buyer.organisation_id, [fixed, more])
    assert buyer.user_id is not None
    member, visitor = sign_in(app.test_client(), buyer.user_id), app.test_client()
    with database.reading_session() as session:
        product = session.get_one(Product, line.product_id)
        shelf = f"/rayon/{session.get_one(Category, product.category_id).slug}"
        place = f"/produit/{product.slug}"
    address = f"/recherche?q={line.sku}"
    assert "7,77" in member.get(address).text
    assert "7,77" not in visitor.get(address).text
    shown = member.get(place).text
    assert "7,77" in shown and "6,66" in shown and TERMS.reference in shown
    assert TERMS.reference not in visitor.get(place).text
    told = "Les filtres et le tri suivent le prix public"
    assert told in member.get(shelf).text
    assert told not in visitor.get(shelf).text
    member.post("/panier", data={"sku": line.sku, "quantity": "5"})
    cart = member.get("/panier").text
    assert "6,66" in cart and TERMS.reference in cart


def test_an_agreement_costs_a_page_one_statement(app, database: Database):
    with database.transaction() as session:
        make_shop(session)
        buyer = make_buyer(session)
    assert buyer.user_id is not None and buyer.organisation_id is not None
    member = sign_in(app.test_client(), buyer.user_id)
    member.get("/panier")
    with counted(database) as before:
        member.get("/panier")
    with database.transaction() as session:
        make_agreement(session, buyer.organisation_id, [TENTH])
    with counted(database) as after:
        member.get("/panier")
    assert len(after) == len(before) + 1
    assert not [one for one in before if "price_agreements" in one]
