"""The command that imports products from a file, as the office does."""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.commands import administrator, refusals, upgraded_database
from shop.core.stored_facts import facts_in
from shop.core.text import paris_day
from shop.imports.checking import check_file
from shop.imports.column_rules import TITLES, is_stock
from shop.imports.imports import (
    SentTable,
    apply_import,
    check_import,
    receive_import,
    table_of_file,
)
from shop.imports.models import ImportFault, ImportLine, ProductImport
from shop.imports.procedure import (
    is_busy,
    is_checked,
    is_faulty,
    is_outdated,
    is_unchanged,
)
from shop.imports.working import show_products, write_or_undo
from shop.ops.clock import now
from shop.storage.db import Database

#: Seconds between two looks at an import that a worker has taken.
_PAUSE = 0.5
#: Exit statuses: the file has faults; products were changed meanwhile, or a fault stopped it.
FAULTY, HINDERED = 1, 3

catalogue = click.Group("catalogue", help="The products of the shop.")


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Compare only; the office may apply it.")
@click.option(
    "--prices-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which prices apply; today when it is not given.",
)
def import_products(file: Path, dry_run: bool, prices_from: datetime | None) -> None:
    """Import the products of FILE, a CSV file or an Excel workbook with the columns of the export.

    All changes are written, or none. A second run of the same file changes nothing. The exit status
    is 1 when the file has faults: they are listed by line.
    """
    database = upgraded_database()
    with refusals():
        sent = table_of_file(file.name, file.read_bytes())
        import_id = _ask(database, sent, prices_from.date() if prices_from else None)
    row = _until_done(database, import_id, lambda: check_file(database, import_id, clock=now))
    _tell_ignored(row)
    if is_faulty(row.state):
        _tell_faults(database, row)
        raise SystemExit(FAULTY)
    if is_unchanged(row.state):
        click.echo(f"Lines read: {row.lines}. There is nothing to change.")
        return
    click.echo(f"Products changed: {row.changed}, new: {row.added}.")
    if dry_run:
        click.echo(f"Nothing was written: import {row.id} can be applied in the office.")
        return
    _apply(database, import_id)


def _ask(database: Database, sent: SentTable, starts_on: date | None) -> int:
    with database.transaction() as session:
        by, at = administrator(), now()
        row = receive_import(session, sent, by=by, at=at)
        day = starts_on or paris_day(at)
        return check_import(session, row.id, row.mapping, day, by=by, at=at).id


def _apply(database: Database, import_id: int) -> None:
    with refusals(), database.transaction() as session:
        seen = session.get_one(ProductImport, import_id).mark
        apply_import(session, import_id, seen=seen, by=administrator(), at=now())
    row = _until_done(database, import_id, lambda: write_or_undo(database, import_id, clock=now))
    if is_outdated(row.state):
        click.echo("Nothing was written: products were changed after the check.", err=True)
        with database.reading_session() as session:
            for line in _each(session, import_id):
                click.echo(f"line {line.line}, {line.sku}: {line.sentence}", err=True)
        raise SystemExit(HINDERED)
    if is_checked(row.state):
        raise click.ClickException(row.problem)
    show_products(database, import_id)
    click.echo(f"Import {row.id} is applied. The office can undo it.")


def _until_done(database: Database, import_id: int, step: Callable[[], None]) -> ProductImport:
    """The import once it is done, here or by a worker that was faster."""
    while True:
        step()
        with database.reading_session() as session:
            row = session.get_one(ProductImport, import_id)
        if not is_busy(row.state):
            return row
        time.sleep(_PAUSE)


def _each(session: Session, import_id: int) -> Iterator[ImportLine]:
    conflicts = select(ImportLine).where(ImportLine.import_id == import_id, ImportLine.is_conflict)
    yield from session.scalars(conflicts.order_by(ImportLine.id))


def _tell_ignored(row: ProductImport) -> None:
    for title, field in zip(row.titles, row.mapping, strict=True):
        if title and not field:
            why = ": receipts and corrections change the stock" if is_stock(title) else ""
            click.echo(f"The column “{title}” is not imported{why}.", err=True)


def _tell_faults(database: Database, row: ProductImport) -> None:
    if row.problem:
        click.echo(row.problem % facts_in(row.facts), err=True)
    faults = select(ImportFault).where(ImportFault.import_id == row.id).order_by(ImportFault.id)
    with database.reading_session() as session:
        for one in session.scalars(faults):
            title = one.title or TITLES[one.field][0]
            told = one.sentence % facts_in(one.facts)
            click.echo(f"line {one.line}, {title}, “{one.value}”: {told}", err=True)
    click.echo(f"Nothing was written. Faults: {row.faults}.", err=True)


COMMANDS = (catalogue,)
