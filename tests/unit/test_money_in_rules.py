"""The rules of money that comes in: shares of a transfer, the account, the age of an invoice."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from checkout.cancellations.money import needs_credit
from checkout.orders.procedure import Origin
from checkout.receivables.rules import Age, age_of
from checkout.statements.csv_rules import Mapping, headings_of
from checkout.statements.rules import (
    InvoiceTwice,
    NoShare,
    RestNotKept,
    SharesDiffer,
    ensure_shares,
)
from checkout.transfers.rules import (
    Allotment,
    MoreThanPart,
    NothingChanges,
    Rest,
    ensure_allotment,
)
from shop.bank_details.rules import (
    BankAccount,
    BicNotValid,
    HolderMissing,
    IbanNotValid,
    account_from,
    ensure_account,
)
from shop.core.money import Money

ACCOUNT = BankAccount("Comptoir SAS", "FR7630006000011234567890189", "AGRIFRPP", "Banque des Quais")
TODAY = date(2026, 11, 18)


def test_the_shares_of_a_transfer_come_to_it_or_the_rest_is_kept():
    two = [("FA-1", Money(60_00)), ("FA-2", Money(40_00))]
    assert ensure_shares(two, amount=Money(100_00)) == Money()
    assert ensure_shares(two, amount=Money(130_00), keep=True) == Money(30_00)
    with pytest.raises(RestNotKept) as left:
        ensure_shares(two, amount=Money(130_00))
    assert left.value.facts["rest"] == Money(30_00)
    with pytest.raises(SharesDiffer) as more:
        ensure_shares(two, amount=Money(99_99))
    assert more.value.facts == {"shared": Money(100_00), "amount": Money(99_99)}


@pytest.mark.parametrize(
    "shares", [[], [("", Money(1))], [("FA-1", Money())], [("FA-1", Money(-1))]]
)
def test_a_share_names_an_invoice_and_an_amount(shares: list[tuple[str, Money]]):
    with pytest.raises(NoShare):
        ensure_shares(shares, amount=Money(100_00))


def test_an_invoice_has_one_share():
    with pytest.raises(InvoiceTwice) as twice:
        ensure_shares([("FA-1", Money(1)), ("FA-1", Money(1))], amount=Money(2))
    assert twice.value.facts["number"] == "FA-1"


def test_money_that_is_moved_goes_to_invoices_or_elsewhere():
    shared = Allotment([("FA-1", Money(70))], Rest.CREDIT, "partage")
    assert ensure_allotment(shared, amount=Money(100), can_change=False) == Money(30)
    assert ensure_allotment(shared, amount=Money(70), can_change=False) == Money()
    with pytest.raises(MoreThanPart) as more:
        ensure_allotment(shared, amount=Money(69), can_change=True)
    assert more.value.facts == {"shared": Money(70), "amount": Money(69)}
    nothing = Allotment([], Rest.STAYS, "rien")
    assert ensure_allotment(nothing, amount=Money(5), can_change=True) == Money(5)
    with pytest.raises(NothingChanges):
        ensure_allotment(nothing, amount=Money(5), can_change=False)


def test_the_account_of_a_letterhead_is_read_whole():
    told = ACCOUNT.to_json()
    assert account_from(told) == ACCOUNT
    assert account_from({}) == BankAccount("", "", "", "")
    assert account_from(dict.fromkeys(told)) == BankAccount("", "", "", "")
    assert ACCOUNT.grouped == "FR76 3000 6000 0112 3456 7890 189"


def test_an_account_is_stored_without_spaces_and_refused_with_its_fault():
    typed = BankAccount(" Comptoir  SAS ", ACCOUNT.grouped, "agri frpp", " Banque  des Quais")
    assert ensure_account(typed) == ACCOUNT
    with pytest.raises(HolderMissing):
        ensure_account(BankAccount(" ", ACCOUNT.iban, ACCOUNT.bic))
    with pytest.raises(IbanNotValid):
        ensure_account(BankAccount("C", ACCOUNT.iban[:-1] + "0", ACCOUNT.bic))
    with pytest.raises(BicNotValid):
        ensure_account(BankAccount("C", ACCOUNT.iban, "AGRI"))


@pytest.mark.parametrize(
    ("late", "age"),
    [
        (-3, Age.NOT_DUE),
        (0, Age.NOT_DUE),
        (1, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.OVER_90),
    ],
)
def test_the_age_of_an_invoice_counts_from_its_last_day(late: int, age: Age):
    assert age_of(TODAY - timedelta(days=late), today=TODAY) is age


def test_an_invoice_without_a_last_day_is_not_due():
    assert age_of(None, today=TODAY) is Age.NOT_DUE


def test_the_headings_of_a_file_are_its_line_or_their_places():
    text = "Relevé\nDate; Libellé ;;Crédit\n18/11/2026;VIR;;12,00\n"
    assert headings_of(text, Mapping(above=1)) == ["Date", "Libellé", "(3)", "Crédit"]
    assert headings_of(text, Mapping(above=2))[0] == "18/11/2026"
    assert headings_of(text, Mapping(above=3)) == []


@pytest.mark.parametrize(
    ("origin", "lines", "needed"),
    [
        (Origin.CARD, [(0, 0)], True),
        (Origin.CARD, [], True),
        (Origin.QUOTE, [(0, 0), (2, 2)], False),
        (Origin.QUOTE, [(3, 2)], False),
        (Origin.QUOTE, [(2, 2), (1, 2)], True),
    ],
)
def test_cancelled_units_are_credited_where_they_were_invoiced(
    origin: Origin, lines: list[tuple[int, int]], needed: bool
):
    rows = [SimpleNamespace(delivered=there, invoiced=billed) for there, billed in lines]
    assert needs_credit(SimpleNamespace(origin=origin), rows) is needed
