"""The public-sector way, service by service, on both databases."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.orders.orders import NoProof, Proof, place_order
from checkout.orders.procedure import Origin
from quotes.procedure import QuoteStage
from quotes.purchase_orders.models import PurchaseOrder
from quotes.purchase_orders.purchase_orders import (
    honour_late,
    log_signed_quote,
    receive_scan,
    record_original,
    refuse_purchase_order,
)
from quotes.purchase_orders.rules import (
    BodyNotVerified,
    CommitmentNumberMissing,
    Conformity,
    DatedTooEarly,
    LateReasonMissing,
    NotConforming,
    ReceivedBeforeDated,
    ReceivedInFuture,
    ReferenceUsedBefore,
    Told,
    WrongAmount,
)
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote, issue_quote, lapse_quote, renew_quote
from quotes.quotes.records import get_quote, lapsed_quotes, lines_of, quote_of_draft
from quotes.quotes.rules import NothingLeftToSell, QuoteExpired
from shop.catalogue.models import Product, Stock, StockMovement
from shop.catalogue.rules import OutOfStock
from shop.core.actors import BUYER, CUSTOMER, READER, THE_CLOCK, Actor
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine
from shop.dossiers.models import Dossier, Paper
from shop.dossiers.papers import SCAN, keep_file
from shop.members.buying import lock_for_buyer
from shop.members.models import Membership
from shop.organisations.models import Establishment, Organisation
from shop.organisations.rules import (
    EngagementRule,
    OrganisationNotVerified,
    QuoteWayClosed,
    Verification,
)
from shop.people.models import User
from shop.register.rules import Nature
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import (
    OFFICE,
    Town,
    make_buyer,
    make_parties,
    make_product,
    make_sale,
    make_town,
    sale_line,
    siret_of,
)
from tests.locks import writers_waiting
from tests.snapshots import Snapshots
from tests.teams import make_member
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("printed_once")

ISSUED = datetime(2026, 11, 18, 10, 26, tzinfo=UTC)
LAST_DAY = datetime(2026, 12, 18, 22, 59, tzinfo=UTC)  # 23:59 in Paris
TOO_LATE = datetime(2026, 12, 18, 23, 0, tzinfo=UTC)


def _town(session: Session) -> Town:
    """A verified town with its buyer, and a product with five units in stock."""
    return make_town(session, at=ISSUED)


@pytest.fixture
def town(database: Database, snapshots: Snapshots) -> Town:
    return snapshots.fill(database, _town)


def buyer(town) -> Actor:
    return town.buyer


def draw(session, town, *, quantity: int = 2, at: datetime = ISSUED, **more) -> Quote:
    """Issue a quote for the town's product."""
    lines = [sale_line(session, town.product_id, quantity)]
    sale = make_sale(town.buyer, lines, parties=more.pop("parties", None))
    sale = replace(sale, buyer=replace(sale.buyer, organisation_id=town.organisation_id))
    return issue_quote(session, sale, by=town.buyer, at=at, **more)


def scan_of(session, quote: Quote, at: datetime = ISSUED):
    return keep_file(
        session,
        b"%PDF-1.7 a scan",
        kind=SCAN,
        filename="BC-26-0871.pdf",
        media_type="application/pdf",
        by=OFFICE,
        at=at,
        dossier_id=quote.dossier_id,
    )


def conformity(quote: Quote, **change) -> Conformity:
    record = Conformity(
        reference="BC-26-0871",
        dated_on=date(2026, 11, 19),
        signatory_name="Paul Lenoir",
        signatory_capacity="Maire",
        amount=quote.including,
        received_on=date(2026, 11, 21),
        filed_at="Classeur 14, page 33",
        original_paper=True,
        letterhead=True,
        dated=True,
        signed=True,
        stamped=True,
        engagement="2026-004417",
        service_code="CULT-02",
    )
    return replace(record, **change)


def original(
    session, quote: Quote, *, at: datetime = ISSUED + timedelta(days=3), **change
) -> Order:
    return record_original(
        session, quote, conformity(quote, **change), scan_of(session, quote), by=OFFICE, at=at
    )


def reload(session, quote: Quote) -> Quote:
    return get_quote(session, quote.number, by=OFFICE)


def test_a_verified_buyer_gets_a_quote_with_number_document_e_mail_and_journal(
    database: Database, town
):
    with database.transaction() as session:
        quote = draw(session, town)
    assert quote.number == "DE-2026-000001"
    assert quote.valid_until == date(2026, 12, 18)
    with database.reading_session() as session:
        paper = session.get_one(Paper, quote.paper_id)
        assert paper.content["valid_until"] == "2026-12-18"
        assert paper.content["totals"]["including"] == quote.including.cents
        found = session.scalars(select(Email).where(Email.dossier_id == quote.dossier_id)).one()
        assert (found.template, found.to, found.papers) == (
            "quote_issued",
            town.buyer.email,
            [paper.id],
        )
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.dossier_id == quote.dossier_id)
        ).one()
        assert (entry.act, entry.target, entry.by_name) == ("issue", "QUOTED", town.buyer.name)
        stock = session.get_one(Stock, town.product_id)
        assert stock.reserved == 0, "a quote sets nothing aside"


def test_a_private_person_who_forges_the_request_gets_a_refusal(database: Database, town):
    private = Actor("Forger", frozenset({CUSTOMER}), user_id=town.buyer.user_id)
    with pytest.raises(QuoteWayClosed), database.transaction() as session:
        lines = [sale_line(session, town.product_id, 1)]
        forged = make_sale(private, lines, email="forger@example.org")
        issue_quote(session, forged, by=private, at=ISSUED)
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Quote)) == 0


@pytest.mark.parametrize(
    ("nature", "verification", "refusal"),
    [
        (Nature.PUBLIC, Verification.PENDING, OrganisationNotVerified),
        (Nature.PUBLIC, Verification.SUSPENDED, OrganisationNotVerified),
        (Nature.REVIEW, Verification.UNVERIFIED, OrganisationNotVerified),
        (Nature.PRIVATE, Verification.VERIFIED, QuoteWayClosed),
    ],
)
def test_a_body_that_is_not_verified_gets_no_quote(
    database: Database, town, nature, verification, refusal
):
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.nature, body.verification = nature, verification
    with pytest.raises(refusal), database.transaction() as session:
        draw(session, town)


def test_a_reader_of_the_body_gets_no_quote(database: Database, town):
    reader = replace(town.buyer, roles=frozenset({CUSTOMER, "reader"}))
    with pytest.raises(NotAllowed), database.transaction() as session:
        draw(session, replace(town, buyer=reader))


def test_a_draft_becomes_one_quote(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, draft_token="d" * 43)
    with pytest.raises(DatabaseError), database.transaction() as session:
        draw(session, town, draft_token="d" * 43)
    with database.reading_session() as session:
        assert quote_of_draft(session, "d" * 43).number == quote.number
        assert session.scalar(select(func.count()).select_from(Quote)) == 1


def test_a_scan_reserves_goods_and_is_not_an_order(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=3)
    with database.transaction() as session:
        quote = reload(session, quote)
        receive_scan(
            session, quote, scan_of(session, quote), Told("BC-1"), by=town.buyer, at=ISSUED
        )
    with database.reading_session() as session:
        assert session.get_one(Quote, quote.id).stage is QuoteStage.RESERVED
        assert session.get_one(Stock, town.product_id).reserved == 3
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_a_second_scan_of_the_same_file_does_not_reserve_twice(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=3)
        for _copy in range(2):
            scan = scan_of(session, quote)
            receive_scan(session, quote, scan, by=town.buyer, at=ISSUED)
    with database.reading_session() as session:
        assert session.get_one(Stock, town.product_id).reserved == 3


def test_of_two_scans_for_the_last_units_the_second_is_refused(database: Database, town):
    with database.transaction() as session:
        first, second = draw(session, town, quantity=4), draw(session, town, quantity=4)
    with database.transaction() as session:
        quote = reload(session, first)
        scan = scan_of(session, quote)
        receive_scan(session, quote, scan, by=town.buyer, at=ISSUED)
    with pytest.raises(OutOfStock) as refused, database.transaction() as session:
        quote = reload(session, second)
        scan = scan_of(session, quote)
        receive_scan(session, quote, scan, by=town.buyer, at=ISSUED)
    assert (refused.value.facts["available"], refused.value.facts["asked"]) == (1, 4)


def test_the_original_places_the_order_and_stores_its_record(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
    with database.transaction() as session:
        order = original(session, reload(session, quote))
    assert order.number == "CO-2026-000001"
    with database.reading_session() as session:
        record = session.scalars(select(PurchaseOrder)).one()
        kept = session.get_one(Quote, quote.id)
        assert (kept.stage, kept.original_id) == (QuoteStage.ORDERED, record.id)
        assert order.proof == f"original:{record.id}"
        assert (order.purchase_order, order.engagement) == ("BC-26-0871", "2026-004417")
        assert order.including == quote.including
        assert session.get_one(Stock, town.product_id).reserved == 2


def test_a_second_original_is_refused(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
        original(session, quote)
    with pytest.raises(IllegalTransition), database.transaction() as session:
        original(session, reload(session, quote), reference="BC-26-0999")


@pytest.mark.parametrize("tick", ["original_paper", "letterhead", "dated", "signed", "stamped"])
def test_each_of_the_five_ticks_is_needed(database: Database, town, tick: str):
    with database.transaction() as session:
        quote = draw(session, town)
    with pytest.raises(NotConforming), database.transaction() as session:
        original(session, reload(session, quote), **{tick: False})


def test_another_amount_is_refused_with_both_figures(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
    with pytest.raises(WrongAmount) as refused, database.transaction() as session:
        original(session, reload(session, quote), amount=quote.including - Money(1200))
    assert refused.value.facts["expected"] == quote.including
    assert refused.value.facts["difference"] == Money(1200)


def test_the_commitment_number_is_required_where_the_body_requires_it(database: Database, town):
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.engagement_rule = EngagementRule.REQUIRED
        quote = draw(session, town)
    with pytest.raises(CommitmentNumberMissing), database.transaction() as session:
        original(session, reload(session, quote), engagement="")


def test_an_original_received_in_the_future_is_refused(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
    with pytest.raises(ReceivedInFuture), database.transaction() as session:
        original(session, reload(session, quote), received_on=date(2026, 11, 22))


def test_a_purchase_order_number_used_again_must_be_confirmed(database: Database, town):
    with database.transaction() as session:
        first, second = draw(session, town, quantity=1), draw(session, town, quantity=1)
        original(session, first)
    with pytest.raises(ReferenceUsedBefore) as refused, database.transaction() as session:
        original(session, reload(session, second))
    assert refused.value.facts["number"] == first.number
    with database.transaction() as session:
        order = original(session, reload(session, second), reuse_confirmed=True)
    assert order.number == "CO-2026-000002"


@pytest.mark.parametrize(
    "typed", ["bc 26 0871", "BC/26/0871", "Bc\u201126–0871", "(BC.26_0871)", "BC\u00a026\u202f0871"]
)
def test_the_same_number_in_another_notation_is_the_same_number(
    database: Database, town, typed: str
):
    with database.transaction() as session:
        first, second = draw(session, town, quantity=1), draw(session, town, quantity=1)
        original(session, first)
    with pytest.raises(ReferenceUsedBefore), database.transaction() as session:
        original(session, reload(session, second), reference=typed)


def test_two_originals_with_one_number_wait_for_each_other(database: Database, town):
    with database.transaction() as session:
        quotes = [draw(session, town, quantity=1) for _ in range(2)]
    faults: list[BaseException] = []

    def accept(quote: Quote) -> None:
        try:
            with database.transaction() as session:
                original(session, reload(session, quote))
        except ReferenceUsedBefore as refusal:
            faults.append(refusal)

    threads = [threading.Thread(target=accept, args=(quote,)) for quote in quotes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(faults) == 1


def test_the_dates_of_an_original_are_in_order(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
    with pytest.raises(ReceivedBeforeDated), database.transaction() as session:
        original(session, reload(session, quote), received_on=date(2026, 11, 18))
    with pytest.raises(DatedTooEarly), database.transaction() as session:
        original(session, reload(session, quote), dated_on=date(2026, 11, 17))


def test_a_cancelled_renewal_is_renewed_again(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=1)
    with database.transaction() as session:
        renewed = renew_quote(session, reload(session, quote), by=town.buyer, at=TOO_LATE)
        cancel_quote(session, renewed, by=town.buyer, at=TOO_LATE)
    with database.transaction() as session:
        again = renew_quote(session, reload(session, quote), by=town.buyer, at=TOO_LATE)
    assert again.number == "DE-2026-000003"


def test_on_its_last_day_a_quote_still_becomes_an_order(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
    with database.transaction() as session:
        assert original(session, reload(session, quote), at=LAST_DAY).number


def test_after_its_last_day_the_same_quote_is_refused_even_if_no_job_has_run(
    database: Database, town
):
    with database.transaction() as session:
        quote = draw(session, town)
    assert quote.stage is QuoteStage.QUOTED
    for act in (original, _scan_late):
        with pytest.raises(QuoteExpired), database.transaction() as session:
            act(session, reload(session, quote), at=TOO_LATE)


def _scan_late(session, quote: Quote, *, at: datetime) -> None:
    receive_scan(session, quote, scan_of(session, quote), by=OFFICE, at=at)


def test_the_job_releases_stock_and_running_it_twice_changes_nothing(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=3)
        ordered = draw(session, town, quantity=1)
        scan = scan_of(session, quote)
        receive_scan(session, quote, scan, by=town.buyer, at=ISSUED)
        original(session, ordered)
    for _night in range(2):
        with database.transaction() as session:
            for number in lapsed_quotes(session, date(2026, 12, 19)):
                lapse_quote(
                    session, get_quote(session, number, by=OFFICE), by=THE_CLOCK, at=TOO_LATE
                )
    with database.reading_session() as session:
        assert session.get_one(Quote, quote.id).stage is QuoteStage.EXPIRED
        assert session.get_one(Quote, ordered.id).stage is QuoteStage.ORDERED
        assert session.get_one(Stock, town.product_id).reserved == 1
        released = select(func.count()).where(StockMovement.kind == "released")
        assert session.scalar(released) == 1


def test_a_late_original_is_honoured_with_a_reason_at_the_prices_of_the_quote(
    database: Database, town
):
    with database.transaction() as session:
        quote = draw(session, town)
        session.get_one(Product, town.product_id).unit_price = UnitPrice(99_990_000)
    with pytest.raises(LateReasonMissing), database.transaction() as session:
        _honour(session, reload(session, quote), reason=" ")
    with database.transaction() as session:
        order = _honour(session, reload(session, quote), reason="Grève de la poste")
    assert order.including == quote.including
    with database.reading_session() as session:
        acts = session.scalars(
            select(JournalEntry.act)
            .where(JournalEntry.dossier_id == quote.dossier_id)
            .order_by(JournalEntry.id)
        ).all()
    assert acts == ["issue", "lapse", "honour_late"]


def _honour(session, quote: Quote, *, reason: str) -> Order:
    return honour_late(
        session,
        quote,
        conformity(quote),
        scan_of(session, quote),
        reason=reason,
        by=OFFICE,
        at=TOO_LATE,
    )


def test_a_renewal_is_a_new_quote_at_todays_prices_and_lists_the_differences(
    database: Database, town
):
    with database.transaction() as session:
        quote = draw(session, town, quantity=1)
    with database.transaction() as session:
        lapse_quote(session, reload(session, quote), by=THE_CLOCK, at=TOO_LATE)
        session.get_one(Product, town.product_id).unit_price = UnitPrice(5_000_000)
    numbers = set()
    for _press in range(2):
        with database.transaction() as session:
            renewed = renew_quote(session, reload(session, quote), by=town.buyer, at=TOO_LATE)
            numbers.add(renewed.number)
    assert numbers == {"DE-2026-000002"}
    assert renewed.excluding == Money(50_000)
    with database.reading_session() as session:
        assert session.get_one(Quote, quote.id).including == quote.including
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.dossier_id == renewed.dossier_id)
        ).one()
        assert entry.facts["renewed_from"] == quote.number
        assert entry.facts["changes"][0]["after"] == 50_000


def test_a_renewal_of_a_quote_with_four_decimals_has_prices_in_cents(database: Database, town):
    """Quotes drawn before prices were in cents keep theirs; what is drawn today does not."""
    with database.transaction() as session:
        goods = sale_line(session, town.product_id)
        shipping = SaleLine(None, "", "Livraison", 1, UnitPrice(124_167), 2000)
        old = [replace(goods, unit_price=UnitPrice(4_575_417)), shipping]
        quote = issue_quote(session, make_sale(town.buyer, old), by=town.buyer, at=ISSUED)
    with database.transaction() as session:
        renewed = renew_quote(session, reload(session, quote), by=town.buyer, at=TOO_LATE)
        prices = [line.unit_price.tenthousandths for line in lines_of(session, renewed.id)]
    assert prices == [goods.unit_price.tenthousandths, 124_200]
    assert not any(price % 100 for price in prices)


def test_staff_who_renews_leaves_the_quote_to_its_buyer(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=1)
    with database.transaction() as session:
        renewed = renew_quote(session, reload(session, quote), by=OFFICE, at=TOO_LATE)
    assert (renewed.user_id, renewed.email) == (town.buyer.user_id, town.buyer.email)
    assert (renewed.accepted_by, renewed.accepted_at) == (quote.accepted_by, quote.accepted_at)
    with database.reading_session() as session:
        dossier = session.get_one(Dossier, renewed.dossier_id)
        assert (dossier.user_id, dossier.email) == (town.buyer.user_id, town.buyer.email)


def test_a_quote_of_which_nothing_is_sold_any_more_is_not_renewed(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=1)
        session.get_one(Product, town.product_id).published = False
    with pytest.raises(NothingLeftToSell), database.transaction() as session:
        renew_quote(session, reload(session, quote), by=town.buyer, at=TOO_LATE)


def test_a_refused_original_and_a_signed_quote_keep_the_state_and_notify_the_buyer(
    database: Database, town
):
    with database.transaction() as session:
        quote = draw(session, town)
        refuse_purchase_order(session, quote, reason="Pas de tampon", by=OFFICE, at=ISSUED)
        log_signed_quote(session, quote, note="courrier", by=OFFICE, at=ISSUED)
    with database.reading_session() as session:
        assert session.get_one(Quote, quote.id).stage is QuoteStage.QUOTED
        emails = session.scalars(
            select(Email.template).where(Email.dossier_id == quote.dossier_id).order_by(Email.id)
        ).all()
        assert emails == ["quote_issued", "purchase_order_refused", "signed_quote_received"]
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_a_buyer_cannot_record_an_original(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
    with pytest.raises(NotAllowed), database.transaction() as session:
        quote = reload(session, quote)
        scan = scan_of(session, quote)
        record_original(session, quote, conformity(quote), scan, by=town.buyer, at=ISSUED)


def test_a_suspended_body_gets_no_order_even_with_its_original(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
        body = session.get_one(Organisation, town.organisation_id)
        body.verification = Verification.SUSPENDED
    with pytest.raises(BodyNotVerified), database.transaction() as session:
        original(session, reload(session, quote))


def test_a_cancelled_quote_releases_its_reservation(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
        scan = scan_of(session, quote)
        receive_scan(session, quote, scan, by=town.buyer, at=ISSUED)
    with database.transaction() as session:
        cancel_quote(session, reload(session, quote), by=town.buyer, at=ISSUED)
    with database.reading_session() as session:
        assert session.get_one(Stock, town.product_id).reserved == 0
        assert session.get_one(Quote, quote.id).stage is QuoteStage.CANCELLED


def test_another_body_does_not_find_the_quote(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
    stranger = Actor("Stranger", frozenset({CUSTOMER, BUYER}), 999, 999, "s@example.org")
    with pytest.raises(NotFound), database.transaction() as session:
        get_quote(session, quote.number, by=stranger)


def test_no_order_without_its_proof_in_the_service_and_in_the_database(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town)
        dossier = session.get_one(Dossier, quote.dossier_id)
        for origin in Origin:
            with pytest.raises(NoProof):
                _order(session, town, dossier, Proof(origin, ""))
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(
            text("UPDATE quotes SET stage = 'ORDERED' WHERE number = :n"), {"n": quote.number}
        )


def _order(session, town, dossier: Dossier, proof: Proof) -> Order:
    return place_order(
        session, "CO-2026-000001", dossier, make_sale(town.buyer, []), proof, at=ISSUED
    )


def test_later_changes_of_catalogue_and_letterhead_do_not_alter_an_issued_quote(
    database: Database, town
):
    with database.transaction() as session:
        quote = draw(session, town)
        session.get_one(Product, town.product_id).name = "Another name"
        make_product(session, sku="OTHER-1", at=ISSUED)
    with database.reading_session() as session:
        content = session.scalars(select(Paper.content).where(Paper.id == quote.paper_id)).one()
    assert content["lines"][0]["name"] != "Another name"
    with (
        pytest.raises(DatabaseError, match=r"issued|written once"),
        database.transaction() as session,
    ):
        session.execute(text("UPDATE quotes SET including = 1"))
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(text("DELETE FROM quotes"))


@pytest.mark.each_database
def test_an_issue_waits_for_a_suspension_in_progress(database: Database, town):
    """The buyer's request has read the body as verified; the office's suspension is committed
    first.
    """
    refusals: list[BaseException] = []

    def request() -> None:
        try:
            with database.transaction() as session:
                draw(session, town)
        except OrganisationNotVerified as refusal:
            refusals.append(refusal)

    thread = threading.Thread(target=request)
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.verification = Verification.SUSPENDED
        session.flush()
        thread.start()
        until(lambda: writers_waiting(database), "the request's wait for the office")
    thread.join()
    assert len(refusals) == 1
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Quote.id))) == 0


@pytest.mark.parametrize("change", ["removed", "reader", "waiting", "closed account"])
def test_a_former_buyer_gets_no_quote(database: Database, town, change: str):
    with database.transaction() as session:
        member = session.scalars(
            select(Membership).where(Membership.user_id == town.buyer.user_id)
        ).one()
        if change == "removed":
            session.delete(member)
        elif change == "reader":
            member.grant(())
        elif change == "waiting":
            member.approved_at = None
        else:
            session.get_one(User, town.buyer.user_id).active = False
    with pytest.raises(NotAllowed), database.transaction() as session:
        draw(session, town)


def test_a_quote_never_names_an_establishment_of_another_body(database: Database, town):
    with database.transaction() as session:
        other = make_buyer(session, "paul@tours.example", siret=siret_of(2))
        session.get_one(
            Establishment, other.establishment_id
        ).organisation_id = town.organisation_id
    with pytest.raises(NotAllowed), database.transaction() as session:
        lock_for_buyer(session, by=other)
    parties = replace(make_parties(), establishment_id=town.buyer.establishment_id)
    with pytest.raises(NotAllowed), database.transaction() as session:
        lines = [sale_line(session, town.product_id)]
        issue_quote(session, make_sale(other, lines, parties=parties), by=other, at=ISSUED)


def test_a_renewal_has_the_present_name_and_siret(database: Database, town):
    place = replace(make_parties(), establishment_id=town.buyer.establishment_id)
    with database.transaction() as session:
        quote = draw(session, town, parties=place)
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.name = "Chinon Vienne"
        at = session.get_one(Establishment, town.buyer.establishment_id)
        at.siret, at.name = "21370072700026", "École Jules-Ferry"
    with database.transaction() as session:
        renewed = renew_quote(session, reload(session, quote), by=town.buyer, at=TOO_LATE)
        customer = session.get_one(Paper, renewed.paper_id).content["customer"]
    assert (customer["name"], customer["siret"]) == ("Chinon Vienne", "21370072700026")
    assert customer["address"][0] == "École Jules-Ferry"


def leave(session, town) -> None:
    member = select(Membership).where(Membership.user_id == town.buyer.user_id)
    session.delete(session.scalars(member).one())


def emails(session, template: str) -> list[Email]:
    return list(session.scalars(select(Email).where(Email.template == template).order_by(Email.id)))


def test_e_mails_go_to_another_member_when_the_buyer_has_left(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=1)
        make_member(session, "reader@chinon.example", READER)
        make_member(session, "next@chinon.example", BUYER)
        leave(session, town)
    with database.transaction() as session:
        quote = reload(session, quote)
        refuse_purchase_order(session, quote, reason="sans date", by=OFFICE, at=ISSUED)
        original(session, quote)
    with database.transaction() as session:
        for template in ("purchase_order_refused", "order_confirmed"):
            assert [mail.to for mail in emails(session, template)] == ["next@chinon.example"]


def test_e_mails_go_to_the_buyers_present_address(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=1)
        session.get_one(User, town.buyer.user_id).email = "new@chinon.example"
    with database.transaction() as session:
        original(session, reload(session, quote))
        assert [mail.to for mail in emails(session, "order_confirmed")] == ["new@chinon.example"]


def test_without_a_reader_no_e_mail_is_sent_and_the_journal_says_so(database: Database, town):
    with database.transaction() as session:
        quote = draw(session, town, quantity=1)
        leave(session, town)
    with database.transaction() as session:
        renew_quote(session, reload(session, quote), by=OFFICE, at=TOO_LATE)
    with database.transaction() as session:
        assert len(emails(session, "quote_issued")) == 1  # the first one's
        entries = session.scalars(select(JournalEntry).where(JournalEntry.act == "no_reader"))
        assert {entry.facts["template"] for entry in entries} == {"quote_expired", "quote_issued"}


def test_a_number_used_by_another_body_asks_for_no_confirmation(database: Database, town):
    with database.transaction() as session:
        other = make_buyer(session, "paul@tours.example", siret=siret_of(2))
        their = replace(town, organisation_id=other.organisation_id, buyer=other)
        original(session, draw(session, their, quantity=1))
        quote = draw(session, town, quantity=1)
    with database.transaction() as session:
        order = original(session, reload(session, quote), reference="bc 26–0871.")
        assert order.purchase_order_key == "bc260871"
    with database.transaction() as session:
        again = draw(session, town, quantity=1)
    with pytest.raises(ReferenceUsedBefore) as refused, database.transaction() as session:
        original(session, reload(session, again), reference="BC-26-0871")
    assert refused.value.facts["number"] == quote.number, "the same body's is asked about"
