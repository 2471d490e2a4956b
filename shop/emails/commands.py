"""The command that reads the mailbox of the return path."""

import sys
from collections import Counter
from pathlib import Path

import click

from shop.emails.bounces import LARGEST_REPORT, Bounce, note_bounce
from shop.emails.mailboxes import read_mailbox
from shop.ops.clock import now
from shop.ops.commands import command_database, command_settings

emails = click.Group("emails", help="E-mails that the shop sends.")
#: Nothing more is to be done about them.
_RECOGNISED = frozenset({Bounce.REFUSED, Bounce.KNOWN, Bounce.NOT_FINAL})


@emails.command("bounces")
@click.argument("mailbox", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--recipient", default="", help="The address that a piped message was delivered to.")
def bounces(mailbox: Path | None, recipient: str) -> None:
    """Read the reports of mail servers about e-mails that they could not deliver.

    MAILBOX is a Maildir or an mbox file; without it, one message is read from standard input.
    """
    database, settings = command_database(), command_settings()
    if not settings.return_path:
        raise click.UsageError("Set RETURN_PATH: e-mails leave without a return path of their own.")
    found: Counter[Bounce] = Counter()

    def reader(data: bytes) -> bool:
        with database.transaction() as session:
            said = note_bounce(session, data, settings=settings, at=now(), recipient=recipient)
        found[said] += 1
        return said in _RECOGNISED

    if mailbox is None:
        reader(sys.stdin.buffer.read(LARGEST_REPORT + 1))
    else:
        read_mailbox(mailbox, reader)
    for said in Bounce:
        click.echo(f"{said.value}: {found[said]}")
