"""Statements of the form CAMT.053 (ISO 20022, BankToCustomerStatement, versions 02 to 08).

The parser resolves no entity, loads nothing and opens no network; a file with a document type is
refused before it is parsed. Elements are found by their local name: the versions differ by their
namespace, and by a level around the name of a party (`Pty`, version 08) and the status (`Cd`).
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from checkout.statements.rules import (
    MOST_MOVEMENTS,
    Movement,
    NoMovements,
    NotAStatement,
    ReadStatement,
    StatementBroken,
    StatementUnsafe,
    TooManyMovements,
)
from shop.core.money import Money
from shop.core.text import one_line

_FORM = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.0[2-8]")
_UNSAFE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
#: Opening balances: of the day, or the closing one of the day before.
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
#: What a payer's bank sends where the payer gave no reference.
_NO_REFERENCE = ("NOTPROVIDED", "NONREF")


def looks_like_xml(data: bytes) -> bool:
    """Whether a file is XML rather than text."""
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")


def read_camt(data: bytes) -> list[ReadStatement]:
    """The statements of a file. Raises StatementUnsafe, StatementBroken, NotAStatement,
    NoMovements, TooManyMovements.
    """
    if _UNSAFE.search(data.replace(b"\x00", b"")):
        raise StatementUnsafe
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise StatementBroken from wrong
    if not _FORM.fullmatch(etree.QName(root).namespace or ""):
        raise NotAStatement
    found = [_statement(each) for each in root.iterfind("{*}BkToCstmrStmt/{*}Stmt")]
    if not any(one.movements for one in found):
        raise NoMovements
    if sum(len(one.movements) for one in found) > MOST_MOVEMENTS:
        raise TooManyMovements(most=MOST_MOVEMENTS)
    return found


def _statement(node: Any) -> ReadStatement:
    account = _text(node, "Acct/Id/IBAN") or _text(node, "Acct/Id/Othr/Id")
    currency = _text(node, "Acct/Ccy") or "EUR"
    movements = tuple(one for entry in node.iterfind("{*}Ntry") for one in _movements(entry))
    return ReadStatement(
        account=account[:40],
        movements=movements,
        opened=_balance(node, _OPENING),
        closed=_balance(node, _CLOSING),
        currency=currency,
    )


def _balance(node: Any, kinds: tuple[str, ...]) -> Money | None:
    for kind in kinds:
        for each in node.iterfind("{*}Bal"):
            if _text(each, "Tp/CdOrPrtry/Cd") == kind:
                return _signed(each)
    return None


def _movements(entry: Any) -> Iterator[Movement]:
    """The movement of an entry; those of its transactions where a bank puts several into one and
    says the amount of each.
    """
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    whole = _signed(entry)
    parts = [_amount_of(each, entry) for each in details]
    told = [part for part in parts if part is not None]
    if len(details) > 1 and len(told) == len(details) and sum(p.cents for p in told) == whole.cents:
        for number, (each, part) in enumerate(zip(details, told, strict=True), 1):
            yield _movement(entry, each, part, f"/{number}")
        return
    yield _movement(entry, details[0] if len(details) == 1 else None, whole)


def _movement(entry: Any, details: Any, amount: Money, number: str = "") -> Movement:
    places = [each for each in (details, entry) if each is not None]
    credit = amount > Money()
    reference = _text(entry, "AcctSvcrRef")
    amount_node = entry.find("{*}Amt")
    return Movement(
        booked_on=_day(entry),
        amount=amount,
        wording=_wording(places)[:500],
        payer=_payer(details, "Dbtr" if credit else "Cdtr")[:140],
        end_to_end=_end_to_end(details)[:70],
        bank_reference=f"{reference}{number}"[:70] if reference else "",
        currency=(amount_node.get("Ccy") or "EUR")[:3],
        is_reversal=_text(entry, "RvslInd") in ("true", "1"),
        is_pending=(_text(entry, "Sts/Cd") or _text(entry, "Sts")) in ("PDNG", "INFO", "FUTR"),
    )


def _wording(places: list[Any]) -> str:
    """What the payer wrote, else what the bank wrote."""
    for place in places:
        said = [each.text or "" for each in place.iterfind("{*}RmtInf/{*}Ustrd")]
        said += [
            each.text or "" for each in place.iterfind("{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref")
        ]
        said += [
            each.text or "" for each in place.iterfind("{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb")
        ]
        if any(said):
            return one_line(" ".join(said))
    for place in places:
        found = _text(place, "AddtlTxInf") or _text(place, "AddtlNtryInf")
        if found:
            return found
    return ""


def _payer(details: Any, role: str) -> str:
    if details is None:
        return ""
    return _text(details, f"RltdPties/{role}/Nm") or _text(details, f"RltdPties/{role}/Pty/Nm")


def _end_to_end(details: Any) -> str:
    found = _text(details, "Refs/EndToEndId") if details is not None else ""
    return "" if found in _NO_REFERENCE else found


def _amount_of(details: Any, entry: Any) -> Money | None:
    """The amount of one transaction, with the sign of the entry; in the entry's currency only."""
    own = details.find("{*}Amt")
    if own is None:
        own = details.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
    if own is None or own.get("Ccy") != entry.find("{*}Amt").get("Ccy"):
        return None
    sign = _text(details, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    return _money(own.text, sign)


def _signed(node: Any) -> Money:
    amount = node.find("{*}Amt")
    if amount is None:
        raise StatementBroken
    return _money(amount.text, _text(node, "CdtDbtInd"))


def _money(text: str | None, sign: str) -> Money:
    """Raises StatementBroken for what is no amount of whole cents."""
    try:
        value = Decimal((text or "").strip()) * 100
    except InvalidOperation as wrong:
        raise StatementBroken from wrong
    if not value.is_finite() or value != value.to_integral_value() or abs(value) > 10**13:
        raise StatementBroken
    if sign not in ("CRDT", "DBIT"):
        raise StatementBroken
    return Money(int(value) if sign == "CRDT" else -int(value))


def _day(entry: Any) -> date:
    """The day on which the bank booked it, else its value date."""
    for path in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        found = _text(entry, path)
        if found:
            try:
                return date.fromisoformat(found[:10])
            except ValueError as wrong:
                raise StatementBroken from wrong
    raise StatementBroken


def _text(node: Any, path: str) -> str:
    """The text of an element, on one line; empty where there is none."""
    found = node.findtext("/".join(f"{{*}}{step}" for step in path.split("/")))
    return one_line(found) if found else ""
