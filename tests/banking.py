"""Bank statements of a test: a file of the form CAMT.053, as a bank writes it."""

from dataclasses import dataclass

from sqlalchemy import select, update

from checkout.payments.billing import bill_order
from checkout.statements.imports import read_file, receive_file
from checkout.statements.models import Statement, StatementMovement
from shop.catalogue.models import Stock
from shop.core.actors import Actor
from shop.storage.db import Database
from tests.factories import AT, BOOKS, make_buyer, make_shop
from tests.orders import deliver_all, make_order_from_original, make_quote

ACCOUNT = "FR7630006000011234567890189"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"


@dataclass(frozen=True)
class Line:
    """One entry of a statement; `reference` is the bank's, empty for none."""

    cents: int
    wording: str = ""
    payer: str = "TRESORERIE CHINON"
    day: str = "2026-11-17"
    end_to_end: str = ""
    reference: str = ""
    currency: str = "EUR"
    status: str = "BOOK"
    reversal: bool = False

    def xml(self, version: str) -> str:
        """The entry; the status and the name of a party stand one level deeper in version 08."""
        sign = "CRDT" if self.cents > 0 else "DBIT"
        role = "Dbtr" if self.cents > 0 else "Cdtr"
        status = f"<Cd>{self.status}</Cd>" if version == "08" else self.status
        name = f"<Nm>{self.payer}</Nm>"
        party = f"<Pty>{name}</Pty>" if version == "08" else name
        amount = f"{abs(self.cents) / 100:.2f}"
        ends = f"<EndToEndId>{self.end_to_end or 'NOTPROVIDED'}</EndToEndId>"
        reference = f"<AcctSvcrRef>{self.reference}</AcctSvcrRef>" if self.reference else ""
        reversal = "<RvslInd>true</RvslInd>" if self.reversal else ""
        return (
            f'<Ntry><Amt Ccy="{self.currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"{reversal}<Sts>{status}</Sts><BookgDt><Dt>{self.day}</Dt></BookgDt>{reference}"
            f"<NtryDtls><TxDtls><Refs>{ends}</Refs>"
            f"<RltdPties><{role}>{party}</{role}></RltdPties>"
            f"<RmtInf><Ustrd>{self.wording}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )


def balance(kind: str, cents: int) -> str:
    sign = "CRDT" if cents >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{abs(cents) / 100:.2f}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        "<Dt><Dt>2026-11-17</Dt></Dt></Bal>"
    )


def camt(
    *lines: Line, version: str = "08", opened: int = 100_000, closed: int | None = None
) -> bytes:
    """A statement whose closing balance follows from its entries, unless another one is given."""
    moved = sum(line.cents for line in lines if line.status == "BOOK")
    end = opened + moved if closed is None else closed
    entries = "".join(line.xml(version) for line in lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="{NAMESPACE.format(version=version)}"><BkToCstmrStmt><Stmt>'
        f"<Id>1</Id><Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balance('OPBD', opened)}{balance('CLBD', end)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def send(
    database: Database, data: bytes, filename: str = "releve.xml", *, by: Actor = BOOKS
) -> Statement:
    """Send a file and read it; its first statement."""
    with database.transaction() as session:
        file = receive_file(session, data, filename, by=by, at=AT)
        return read_file(session, file.id, by=by, at=AT)[0]


def movements(database: Database) -> list[StatementMovement]:
    """Every movement that was read, in the order of the bank."""
    with database.reading_session() as session:
        return list(session.scalars(select(StatementMovement).order_by(StatementMovement.id)))


def invoices(database: Database, count: int) -> list[str]:
    """The invoices of so many orders of one buyer, delivered in whole."""
    found = []
    with database.transaction() as session:
        lines = make_shop(session)
        session.execute(update(Stock).values(on_hand=20 * count))
        buyer = make_buyer(session)
        for place in range(count):
            quote = make_quote(session, buyer, lines)
            order = make_order_from_original(session, quote, reference=f"BC-{place}")
            deliver_all(session, order)
            found.append(bill_order(session, order, by=BOOKS, at=AT).number)
    return found
