"""Bank statements are read safely, and their movements matched with a reason."""

from datetime import date

import pytest

from checkout.statements.camt import read_camt
from checkout.statements.csv_rules import Mapping, digest_of, guess, read_csv, text_of
from checkout.statements.matching_rules import (
    OpenInvoice,
    Proposal,
    Reason,
    contested,
    numbers_in,
    propose,
)
from checkout.statements.rules import (
    ColumnMissing,
    LineUnreadable,
    NoMovements,
    NotAStatement,
    Out,
    StatementBroken,
    StatementUnbalanced,
    StatementUnsafe,
    ensure_balanced,
    keys_of,
)
from shop.core.folding import fold_name, fold_reference
from shop.core.money import Money
from tests.banking import ACCOUNT, Line, camt

VERSIONS = ("02", "03", "04", "05", "06", "07", "08")
PAID = Line(120_50, "VIR FA-2026-000012", end_to_end="MANDAT 44", reference="B1")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_the_form_is_read(version: str):
    (read,) = read_camt(camt(PAID, Line(-30_00, "FRAIS"), version=version))
    ensure_balanced(read)
    assert (read.account, read.opened, read.closed) == (ACCOUNT, Money(100_000), Money(109_050))
    paid, fees = read.movements
    assert paid.amount == Money(120_50) and paid.booked_on == date(2026, 11, 17)
    assert (paid.wording, paid.payer) == ("VIR FA-2026-000012", "TRESORERIE CHINON")
    assert (paid.end_to_end, paid.bank_reference, paid.out) == ("MANDAT 44", "B1", None)
    assert (fees.amount, fees.out, fees.end_to_end) == (Money(-30_00), Out.DEBIT, "")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', StatementUnsafe),
        (camt(PAID).replace(b"<Document", b"<!doctype x><Document", 1), StatementUnsafe),
        (camt(PAID)[:-30], StatementBroken),
        (camt(PAID).replace(b"120.50", b"12o.50"), StatementBroken),
        (camt(PAID).replace(b"120.50", b"1e400"), StatementBroken),
        (camt(PAID).replace(b"120.50", b"120.505"), StatementBroken),
        (camt(PAID).replace(b"2026-11-17", b"2026-13-17"), StatementBroken),
        (camt(PAID).replace(b"camt.053", b"camt.054"), NotAStatement),
        (camt(PAID).replace(b"001.08", b"001.09"), NotAStatement),
        (b"<html></html>", NotAStatement),
        (camt(), NoMovements),
    ],
)
def test_a_file_that_is_no_statement_is_refused_with_its_reason(data: bytes, refusal):
    with pytest.raises(refusal):
        read_camt(data)


def test_a_cut_file_does_not_add_up():
    (read,) = read_camt(camt(PAID, closed=109_000))
    with pytest.raises(StatementUnbalanced) as told:
        ensure_balanced(read)
    assert told.value.facts["counted"] == Money(112_050)


def test_reversed_foreign_and_pending_movements_are_no_payments():
    (read,) = read_camt(
        camt(
            Line(10_00, reversal=True),
            Line(11_00, currency="USD"),
            Line(12_00, status="PDNG"),
            Line(-5_00, reversal=True),
        )
    )
    assert [one.out for one in read.movements] == [Out.REVERSED, Out.FOREIGN, None, Out.REVERSED]
    assert [one.is_pending for one in read.movements] == [False, False, True, False]
    ensure_balanced(read)


def test_an_entry_of_several_transactions_is_several_movements():
    details = "".join(
        f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<RmtInf><Ustrd>{wording}</Ustrd></RmtInf></TxDtls>"
        for amount, wording in (("20.00", "FA-2026-000001"), ("30.00", "FA-2026-000002"))
    )
    whole = camt(Line(50_00, "X", reference="B9"))
    start, end = whole.index(b"<NtryDtls>"), whole.index(b"</NtryDtls>")
    data = whole[:start] + b"<NtryDtls>" + details.encode() + whole[end:]
    (read,) = read_camt(data)
    assert [(one.amount, one.bank_reference) for one in read.movements] == [
        (Money(20_00), "B9/1"),
        (Money(30_00), "B9/2"),
    ]
    (other,) = read_camt(data.replace(b"30.00", b"31.00"))
    assert [one.amount for one in other.movements] == [Money(50_00)], "amounts that do not add up"


def test_the_key_of_a_movement_is_the_same_in_every_file():
    (one,) = read_camt(camt(PAID, Line(1_00, "A"), Line(1_00, "A")))
    (other,) = read_camt(camt(Line(1_00, "a"), PAID, Line(1_00, "A"), version="02"))
    assert set(keys_of(ACCOUNT, one.movements)) == set(keys_of(ACCOUNT, other.movements))
    assert len(set(keys_of(ACCOUNT, one.movements))) == 3
    assert not set(keys_of("FR76", one.movements)) & set(keys_of(ACCOUNT, one.movements))


FRENCH = (
    "Compte courant 0001;;;;\r\n"
    "Solde au 17/11/2026;1 200,00;;;\r\n"
    "Date opération;Libellé;Débit euros;Crédit euros;Référence\r\n"
    "17/11/2026;VIR SEPA MAIRIE DE CHINON FA 2026 12;;1\u202f120,50;A1\r\n"
    "16/11/2026;FRAIS DE TENUE;-12,00;;A2\r\n"
    "15/11/2026;PRLV EDF;80,5;;A3\r\n"
    "\r\n"
)


def test_a_french_csv_file_is_read_by_its_headings():
    for data in (FRENCH.encode(), FRENCH.encode("cp1252", errors="replace"), b"\xef\xbb\xbf"):
        text = text_of(data + FRENCH.encode() if data == b"\xef\xbb\xbf" else data)
        mapping = guess(text)
        assert (mapping.separator, mapping.above, mapping.decimal) == (";", 2, ",")
        assert (mapping.day, mapping.wording, mapping.debit, mapping.credit) == (1, 2, 3, 4)
    read = read_csv(text_of(FRENCH.encode()), guess(FRENCH))
    assert [one.amount for one in read.movements] == [Money(112_050), Money(-12_00), Money(-80_50)]
    assert [one.out for one in read.movements] == [None, Out.DEBIT, Out.DEBIT]
    assert read.movements[0].booked_on == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("line", "cents"),
    [
        ("2026-11-18,Transfer,1,-1234.56", None),
        ('2026-11-18,Transfer,"1,234.56"', 123_456),
        ("2026-11-18,Transfer,-0.50", -50),
        ("2026-11-18,Transfer,+12", 1_200),
        ("2026-11-18,Transfer,twelve", None),
        ("18/11/2026,Transfer,12.00", None),
        ("2026-11-18,Transfer,12.005", None),
    ],
)
def test_an_english_csv_file_with_one_column_of_amounts(line: str, cents: int | None):
    text = f"Date,Description,Amount\n{line}\n"
    mapping = Mapping(separator=",", day=1, wording=2, amount=3, day_form="2026-11-18", decimal=".")
    if cents is None and "twelve" in line:
        with pytest.raises(LineUnreadable) as told:
            read_csv(text, mapping)
        assert told.value.facts["line"] == 2
    elif cents is None and line.endswith((",12.00", "12.005")):
        with pytest.raises(LineUnreadable):
            read_csv(text, mapping)
    elif cents is not None:
        assert [one.amount.cents for one in read_csv(text, mapping).movements] == [cents]


def test_a_file_of_unknown_headings_asks_for_its_columns():
    text = "a;b;c\n1;2;3\n"
    assert not guess(text).is_complete
    with pytest.raises(ColumnMissing):
        read_csv(text, guess(text))
    with pytest.raises(NoMovements):
        read_csv("Date;Libellé;Montant\n", guess("Date;Libellé;Montant\n"))
    with pytest.raises(NotAStatement):
        text_of(b"\x89PNG\x00\x00")


def test_files_of_the_same_bank_have_the_same_headings():
    other = FRENCH.replace("0001", "0002").replace("1 200,00", "4,00")
    assert digest_of(FRENCH) == digest_of(other)
    assert digest_of(FRENCH) != digest_of("Date;Libellé;Montant\n")


@pytest.mark.parametrize(
    ("wording", "numbers"),
    [
        ("VIR FA-2026-000123", ["FA-2026-000123"]),
        ("fa 2026 123 / FA2026000124", ["FA-2026-000123", "FA-2026-000124"]),
        ("MANDAT 12 FACTURE FA/2026/000123 FA-2026-000123", ["FA-2026-000123"]),
        ("FA\u20112026\u2011000123", ["FA-2026-000123"]),
        ("FA-2026-0001234567", []),
        ("AV-2026-000123", []),
    ],
)
def test_the_numbers_of_invoices_are_found_in_a_wording(wording: str, numbers: list[str]):
    assert numbers_in(wording, ["FA"]) == numbers


def test_a_number_alone_is_read_whatever_its_letters():
    assert numbers_in("fc 2026 11") == ["FC-2026-000011"]
    assert numbers_in("2026 11") == []


@pytest.mark.parametrize(
    ("cents", "reason"), [(50_00, Reason.NUMBERS_EXACT), (20_00, Reason.NUMBERS_LESS)]
)
def test_an_invoice_with_other_letters_is_found_by_its_number(cents: int, reason: Reason):
    other = OpenInvoice("FC-2026-000011", Money(50_00), "Ville de Chinon", "ville de chinon")
    (found,) = propose(Money(cents), "VIR SGC REGLEMENT FC-2026-000011", "", [*INVOICES, other])
    assert found.reason is reason
    assert found.shares == (("FC-2026-000011", Money(cents)),)


def due(serial: int, cents: int, client: str = "Ville de Chinon", *references: str) -> OpenInvoice:
    folded = tuple(fold_reference(one) for one in references)
    number = f"FA-2026-{serial:06d}"
    return OpenInvoice(number, Money(cents), client, fold_name(client), folded)


INVOICES = [
    due(1, 100_00, "Ville de Chinon", "BC-26-0871"),
    due(2, 50_00),
    due(3, 70_00, "Collège Rabelais"),
    due(4, 70_00, "Lycée Grandmont"),
]


@pytest.mark.parametrize(
    ("cents", "wording", "reason", "shares", "rest"),
    [
        (100_00, "FA-2026-000001", Reason.NUMBERS_EXACT, {1: 100_00}, 0),
        (220_00, "FA-2026-1 FA-2026-2 FA-2026-3", Reason.NUMBERS_EXACT, {1: 1, 2: 1, 3: 1}, 0),
        (40_00, "FA-2026-000001", Reason.NUMBERS_LESS, {1: 40_00}, 0),
        (130_00, "FA-2026-000001", Reason.NUMBERS_MORE, {1: 100_00}, 30_00),
        (100_00, "BC 26 0871", Reason.REFERENCE, {1: 100_00}, 0),
        (50_00, "VILLE DE CHINON MANDAT 3", Reason.NAME_AMOUNT, {2: 50_00}, 0),
        (150_00, "Ville de Chinon", Reason.NAME_ALL, {1: 100_00, 2: 50_00}, 0),
        (100_00, "MANDAT 3", Reason.AMOUNT, {1: 100_00}, 0),
        (70_00, "MANDAT 3", Reason.AMOUNT_SEVERAL, {3: 70_00}, 0),
        (100_00, "FA-2026-1 FA-2026-99", Reason.REFERENCE, None, 0),
    ],
)
def test_a_movement_is_matched_with_a_reason(cents, wording, reason, shares, rest):
    found = propose(Money(cents), wording, "", INVOICES)
    if shares is None:
        assert [one.reason for one in found] == [Reason.AMOUNT] or not found[0].is_exact
        return
    assert found[0].reason is reason
    assert [number for number, _amount in found[0].shares] == [
        f"FA-2026-{serial:06d}" for serial in shares
    ]
    assert found[0].rest == Money(rest)
    assert sum(amount.cents for _number, amount in found[0].shares) + rest == cents
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_two_invoices_of_an_amount_are_both_proposed_and_neither_is_exact():
    found = propose(Money(70_00), "MANDAT", "", INVOICES)
    assert [one.shares[0][0] for one in found] == ["FA-2026-000003", "FA-2026-000004"]
    assert not any(one.is_exact for one in found)
    assert propose(Money(1_00), "MANDAT", "", INVOICES) == []


def test_two_movements_that_name_an_invoice_are_contested():
    exact = Proposal((("FA-2026-000001", Money(1)),), Money(), Reason.NUMBERS_EXACT)
    part = Proposal((("FA-2026-000001", Money(1)),), Money(), Reason.NUMBERS_LESS)
    assert contested({1: exact, 2: exact, 3: part, 4: None}) == {1, 2}
    assert contested({1: exact, 3: part}) == set()
