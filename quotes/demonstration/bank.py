"""What the bank of the demonstration sent: a statement to decide about, money that nobody knows, a
reminder that left, another account that is asked for.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.receivables.reminders import send_reminders
from checkout.statements.imports import read_file, receive_file
from checkout.statements.models import StatementMovement
from checkout.statements.movements import set_movement_aside
from quotes.demonstration.sales import BOOKS
from shop.bank_details.changes import ask_bank_change
from shop.bank_details.rules import BankAccount
from shop.core.money import Money
from shop.core.text import paris_day
from shop.storage.db import Database

#: The account of the letterhead.
ACCOUNT = "FR7630006000011234567890189"
UNKNOWN = "VIR SEPA RECU ASSOCIATION LES TROIS COUPS"
NEW_ACCOUNT = BankAccount(
    "COMPTOIR DE DÉMONSTRATION SAS", "FR1420041010050500013M02606", "PSSTFRPPPAR", "Banque du Pont"
)


def fill_bank(database: Database, *, at: datetime) -> None:
    """The statement of yesterday, and what the office left to do."""
    send_reminders(database, at=at - timedelta(days=1), stopping=lambda: False)
    with database.transaction() as session:
        due = session.scalars(select(Invoice).where(Invoice.is_due).order_by(Invoice.id)).all()
        file = receive_file(session, _statement(due, at), "releve.xml", by=BOOKS, at=at)
        read_file(session, file.id, by=BOOKS, at=at)
        set_movement_aside(session, _unknown(session), by=BOOKS, at=at)
        ask_bank_change(session, NEW_ACCOUNT, "Changement de banque", by=BOOKS, at=at)


def _unknown(session: Session) -> int:
    unknown = StatementMovement.wording == UNKNOWN
    return session.scalars(select(StatementMovement.id).where(unknown)).one()


def _statement(invoices: Sequence[Invoice], at: datetime) -> bytes:
    """A file of the form CAMT.053: the first invoice in whole, a part of the second, others."""
    lines = [(one.due, f"VIR SGC REGLEMENT {one.number}") for one in invoices[:1]]
    lines += [(Money(one.due.cents // 2), f"MANDAT 1184 {one.number}") for one in invoices[1:2]]
    lines += [(Money(12_000), UNKNOWN), (Money(-1_850), "COTISATION COMPTE PRO")]
    day = paris_day(at - timedelta(days=1)).isoformat()
    entries = "".join(_entry(amount, wording, day) for amount, wording in lines)
    opened, moved = 1_250_000, sum(amount.cents for amount, _wording in lines)
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', opened)}{_balance('CLBD', opened + moved)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _entry(amount: Money, wording: str, day: str) -> str:
    sign = "CRDT" if amount > Money() else "DBIT"
    return (
        f'<Ntry><Amt Ccy="EUR">{_euros(amount.cents)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf>"
        f"<Ustrd>{wording}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _balance(kind: str, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{_euros(cents)}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    )


def _euros(cents: int) -> str:
    return f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
