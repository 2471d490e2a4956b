"""The parts of docs/ made from the code, between two marks: `make docs` writes them, the tests
compare them.
"""

import re
from pathlib import Path
from textwrap import dedent
from types import ModuleType

from flask import Flask

import checkout.cancellations.procedure
import checkout.card.procedure
import checkout.card_trials.procedure
import checkout.credits.procedure
import checkout.deposits.procedure
import checkout.invoices.procedure
import checkout.orders.procedure
import checkout.payment_links.procedure
import checkout.payments.procedure
import checkout.payouts.procedure
import checkout.returns.procedure
import checkout.statements.procedure
import checkout.withdrawals.procedure
import quotes.procedure
import quotes.signatories.procedure
import shop.agreements.procedure
import shop.bank_details.procedure
import shop.imports.procedure
import shop.members.procedure
import shop.questions.procedure
import shop.verification.procedure
from app import create_app
from checkout.cancellations.procedure import PROCEDURE as CANCELLATIONS
from checkout.card.procedure import PROCEDURE as CARD_PAYMENTS
from checkout.card.procedure import REVERSALS
from checkout.card_trials.procedure import PROCEDURE as CARD_TRIALS
from checkout.credits.procedure import PROCEDURE as CREDIT_REFUNDS
from checkout.deposits.procedure import PROCEDURE as DEPOSITS
from checkout.invoices.procedure import PROCEDURE as INVOICES
from checkout.orders.procedure import PROCEDURE as ORDERS
from checkout.payment_links.procedure import PROCEDURE as PAYMENT_LINKS
from checkout.payments.procedure import PROCEDURE as TRANSFERS
from checkout.payouts.procedure import PROCEDURE as PAYOUTS
from checkout.returns.procedure import PROCEDURE as RETURNS
from checkout.statements.procedure import PROCEDURE as MOVEMENTS
from checkout.withdrawals.procedure import PROCEDURE as WITHDRAWALS
from quotes.procedure import PROCEDURE as QUOTES
from quotes.signatories.procedure import PROCEDURE as SIGNATORY_LINKS
from shop.agreements.procedure import PROCEDURE as PRICE_AGREEMENTS
from shop.bank_details.procedure import PROCEDURE as BANK_CHANGES
from shop.core.rights import RIGHTS, ROLE_NAMES
from shop.core.workflow import Procedure, table_rows
from shop.imports.procedure import PROCEDURE as PRODUCT_IMPORTS
from shop.members.procedure import DOMAINS, INVITATIONS, MEMBERSHIPS
from shop.ops.config import Settings
from shop.questions.procedure import PROCEDURE as QUESTIONS
from shop.verification.procedure import PROCEDURE as VERIFICATION
from tests.layout import ROOT, journalled, package_order
from tests.pages import page_map

DOCS = ROOT / "docs"
PROCEDURES: dict[str, Procedure] = {
    "quote": QUOTES,
    "signatory-link": SIGNATORY_LINKS,
    "order": ORDERS,
    "invoice": INVOICES,
    "cancellation": CANCELLATIONS,
    "return": RETURNS,
    "card": CARD_PAYMENTS,
    "reversal": REVERSALS,
    "card-trial": CARD_TRIALS,
    "withdrawal": WITHDRAWALS,
    "credit-refund": CREDIT_REFUNDS,
    "deposit": DEPOSITS,
    "transfer": TRANSFERS,
    "bank-movement": MOVEMENTS,
    "payout": PAYOUTS,
    "bank-change": BANK_CHANGES,
    "payment-link": PAYMENT_LINKS,
    "price-agreement": PRICE_AGREEMENTS,
    "question": QUESTIONS,
    "product-import": PRODUCT_IMPORTS,
    "verification": VERIFICATION,
    "membership": MEMBERSHIPS,
    "invitation": INVITATIONS,
    "domain": DOMAINS,
}
#: The modules that begin with a drawing of their procedure.
DRAWN: dict[str, ModuleType] = {
    "quote": quotes.procedure,
    "signatory-link": quotes.signatories.procedure,
    "order": checkout.orders.procedure,
    "invoice": checkout.invoices.procedure,
    "cancellation": checkout.cancellations.procedure,
    "return": checkout.returns.procedure,
    "card": checkout.card.procedure,
    "card-trial": checkout.card_trials.procedure,
    "withdrawal": checkout.withdrawals.procedure,
    "credit-refund": checkout.credits.procedure,
    "deposit": checkout.deposits.procedure,
    "transfer": checkout.payments.procedure,
    "bank-movement": checkout.statements.procedure,
    "payout": checkout.payouts.procedure,
    "bank-change": shop.bank_details.procedure,
    "price-agreement": shop.agreements.procedure,
    "payment-link": checkout.payment_links.procedure,
    "question": shop.questions.procedure,
    "product-import": shop.imports.procedure,
    "verification": shop.verification.procedure,
    "membership": shop.members.procedure,
}
Rows = list[tuple[str, ...]]


def table(head: tuple[str, ...], rows: Rows) -> str:
    """A table in Markdown."""
    lines = [head, tuple("---" for _cell in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def procedure_table(procedure: Procedure) -> str:
    head = ("from", "transition", "to", "who may", "evidence kept")
    return table(head, [tuple(row) for row in table_rows(procedure)])


def drawing(module: ModuleType) -> str:
    """The drawing at the head of a procedure's module, as a block of code."""
    told = (module.__doc__ or "").splitlines()
    drawn = [place for place, line in enumerate(told) if line.startswith("    ")]
    lines = dedent("\n".join(told[drawn[0] : drawn[-1] + 1]))
    return f"```\n{lines}\n```"


def rights_table() -> str:
    rows = [
        (right.about, *("✓" if role in right.who else "–" for role in ROLE_NAMES))
        for right in RIGHTS
    ]
    return table(("right", *ROLE_NAMES.values()), rows)


def journal_table() -> str:
    """The journal entries outside the tables of transitions, as each package declares them."""
    rows = [
        (f"`{package}`", entry, meaning)
        for package in sorted(package_order())
        for entry, meaning in journalled(package).items()
    ]
    return table(("package", "entry", "meaning"), rows)


def pages_table(app: Flask) -> str:
    rows = [
        (f"`{package}`", f"`{name}`", f"`{folder}`", f"`{parts}`")
        for package, name, folder, parts in page_map(app)
    ]
    return table(("package", "blueprint", "templates", "addresses"), rows)


def packages_list() -> str:
    return "```\n" + "\n  < ".join(package_order()) + "\n```"


def blocks(app: Flask) -> dict[Path, dict[str, str]]:
    """The text between `<!-- mark -->` and `<!-- /mark -->` of each page."""
    procedures = {mark: procedure_table(one) for mark, one in PROCEDURES.items()}
    procedures |= {f"{mark}-drawing": drawing(module) for mark, module in DRAWN.items()}
    return {
        DOCS / "PROCEDURES.md": procedures | {"rights": rights_table(), "journal": journal_table()},
        DOCS / "ARCHITECTURE.md": {"packages": packages_list(), "pages": pages_table(app)},
    }


def shown(text: str, mark: str) -> str:
    """What a page shows between two marks. Raises LookupError."""
    found = re.search(rf"<!-- {mark} -->\n(.*?)\n?<!-- /{mark} -->", text, flags=re.DOTALL)
    if found is None:
        raise LookupError(mark)
    return found[1]


def written(text: str, mark: str, block: str) -> str:
    """The page with that block between its marks."""
    between = rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)"
    return re.sub(between, lambda m: f"{m[1]}{block}\n{m[2]}", text, flags=re.DOTALL)


def main() -> None:
    app = create_app(Settings(mode="test", secret_key="x" * 40))
    for page, marks in blocks(app).items():
        text = page.read_text(encoding="utf-8")
        for mark, block in marks.items():
            text = written(text, mark, block)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
