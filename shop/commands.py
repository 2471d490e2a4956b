"""Commands that set up a real shop and administer it: letterhead, register, catalogue, accounts,
bounces.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from imaplib import IMAP4
from pathlib import Path

import click
from sqlalchemy.orm import Session

from shop.bank_details.changes import ask_bank_change
from shop.bank_details.rules import account_from
from shop.catalogue.folder import load_catalogue
from shop.core.actors import ADMIN, STAFF_ROLES, Actor
from shop.core.errors import DomainError
from shop.emails.bounces import LARGEST_REPORT, Bounce, note_bounce
from shop.emails.mailboxes import read_imap, read_mailbox
from shop.letterheads.letterheads import find_letterhead, set_letterhead
from shop.letterheads.rules import letterhead_mistakes
from shop.opening.first_administrator import HasAdministrator, has_administrator, write_link
from shop.ops.clock import now
from shop.ops.commands import command_database, command_settings
from shop.people.models import User
from shop.people.people import find_person, register_person
from shop.people.rules import Profile
from shop.privacy.closing import deactivate, reopen
from shop.register.embedded import import_register
from shop.signin.common_passwords import common_passwords
from shop.signin.password_rules import weakness
from shop.signin.passwords import LEAST_LENGTH, hash_password
from shop.signin.second_factor import remove_second_factor
from shop.staff.staff import change_roles, lock_colleague
from shop.storage.db import Database
from shop.storage.migrate import upgrade

#: Nothing more is to be done about them.
_RECOGNISED = frozenset({Bounce.REFUSED, Bounce.KNOWN, Bounce.NOT_FINAL})


def upgraded_database() -> Database:
    """The database of DATABASE_URL, with its schema up to date."""
    database = command_database()
    upgrade(database)
    return database


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of a service into one sentence and exit status 2."""
    try:
        yield
    except DomainError as refusal:
        raise click.UsageError(refusal.sentence % refusal.facts) from refusal
    except (OSError, json.JSONDecodeError) as wrong:
        raise click.UsageError(str(wrong)) from wrong


shop = click.Group("shop", help="Open a shop: who sells, what, and to whom.")
people = click.Group("people", help="Accounts of the staff and of customers.")
emails = click.Group("emails", help="E-mails that the shop sends.")


@click.command("open")
def open_shop() -> None:
    """Print the link that opens the account of the first administrator: once, within a day."""
    with upgraded_database().reading_session() as session:
        if has_administrator(session):
            raise click.UsageError(HasAdministrator.sentence)
    settings = command_settings()
    click.echo(f"{settings.public_url}/ouverture/{write_link(settings.secret_key, at=now())}")


@shop.command("letterhead")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def letterhead(file: Path) -> None:
    """Who sells, and to which account customers pay, on the papers issued from now on.

    FILE is JSON, with the keys of quotes/demonstration/letterhead.py. Another account than the one
    in force is only asked for: another person confirms it in the office.
    """
    with refusals():
        content = json.loads(file.read_text(encoding="utf-8"))
    mistakes = letterhead_mistakes(content)
    if mistakes:
        raise click.UsageError("\n".join(mistakes))
    with refusals(), upgraded_database().transaction() as session:
        before = find_letterhead(session)
        bank = content["bank"] if before is None else before["bank"]
        set_letterhead(session, content | {"bank": bank}, at=now())
        asked = account_from(content["bank"])
        if asked != account_from(bank):
            by, reason = administrator(), f"File {file.name} of the command line"
            ask_bank_change(session, asked, reason, by=by, at=now())
            click.echo("The account is asked for: another person confirms it in the office.")
    click.echo(f"Papers are issued by {content['name']} from now on.")


@shop.command("register")
def register() -> None:
    """Fill the embedded register of public bodies."""
    with upgraded_database().transaction() as session:
        click.echo(f"{import_register(session)} public bodies are in the register.")


@shop.command("catalogue")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def catalogue(folder: Path) -> None:
    """Fill an empty catalogue from a FOLDER of four JSON files, as in shop/demonstration/data/."""
    with refusals(), upgraded_database().transaction() as session:
        load_catalogue(session, folder, at=now())
    click.echo("The catalogue is filled.")


@people.command("add-staff")
@click.argument("email")
@click.argument("role", type=click.Choice(STAFF_ROLES))
@click.argument("name", nargs=-1)
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    envvar="COMPTOIR_PASSWORD",
    help="Asked for when neither given nor in COMPTOIR_PASSWORD.",
)
def add_staff(email: str, role: str, name: tuple[str, ...], password: str) -> None:
    """Open an account for a person of the staff, with a ROLE, or give that role to one of them."""
    with refusals(), upgraded_database().transaction() as session:
        known = find_person(session, email)
        if known is not None and known.is_staff:
            held, by = lock_colleague(session, known.id), administrator()
            roles = held.staff_roles
            change_roles(session, held, roles | {role}, seen=roles, by=by, at=now())
            click.echo(f"{email} has the role {role} as well. The password stays.")
            return
    if len(password) < LEAST_LENGTH:
        raise click.UsageError(f"A password of the staff has at least {LEAST_LENGTH} characters.")
    guessable = weakness(password, common=common_passwords(), about=(email, *name))
    if guessable is not None:
        raise click.UsageError(guessable.value)
    hashed = hash_password(password)
    with refusals(), upgraded_database().transaction() as session:
        register_person(
            session,
            email=email,
            password_hash=hashed,
            profile=Profile(" ".join(name) or email),
            staff_roles={role},
            at=now(),
        )
    click.echo(f"{email} may sign in as {role}.")


@people.command("remove-second-factor")
@click.argument("email")
@click.argument("reason", nargs=-1, required=True)
def remove_factor(email: str, reason: tuple[str, ...]) -> None:
    """Remove the second factor of a person who has shown who they are; the journal keeps REASON."""
    with _account(email) as (session, user, by):
        remove_second_factor(session, user, reason=" ".join(reason), by=by, at=now())
    click.echo(f"{email} signs in with the password alone.")


@people.command("close")
@click.argument("email")
@click.argument("reason", nargs=-1, required=True)
def close_account(email: str, reason: tuple[str, ...]) -> None:
    """Close an account; nothing is erased."""
    with _account(email) as (session, user, by):
        deactivate(session, user, reason=" ".join(reason), by=by, at=now())
    click.echo(f"{email} can no longer sign in.")


@people.command("reopen")
@click.argument("email")
@click.argument("reason", nargs=-1, required=True)
def reopen_account(email: str, reason: tuple[str, ...]) -> None:
    """Open a closed account again."""
    with _account(email) as (session, user, by):
        reopen(session, user, reason=" ".join(reason), by=by, at=now())
    click.echo(f"{email} can sign in again.")


@contextmanager
def _account(email: str) -> Iterator[tuple[Session, User, Actor]]:
    """The person with that address, for the administrator of this machine."""
    with refusals(), upgraded_database().transaction() as session:
        user = find_person(session, email)
        if user is None:
            raise click.UsageError(f"Nobody has the address {email}.")
        yield session, user, administrator()


def administrator() -> Actor:
    """The administrator of this machine."""
    return Actor(f"{getuser()} (command line)", frozenset({ADMIN}))


@emails.command("bounces")
@click.argument(
    "mailbox", required=False, type=click.Path(exists=True, allow_dash=True, path_type=Path)
)
@click.option("--recipient", default="", help="The address that a piped message was delivered to.")
def bounces(mailbox: Path | None, recipient: str) -> None:
    """Read the reports of mail servers about e-mails that they could not deliver.

    MAILBOX is a Maildir or an mbox file, or - for one message on standard input; without it, the
    folder of BOUNCES_IMAP is read.
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

    if mailbox is None and settings.bounces_imap:
        try:
            read_imap(settings.bounces_imap, reader)
        except (OSError, IMAP4.error) as wrong:
            raise click.ClickException(f"The folder of BOUNCES_IMAP: {wrong}") from wrong
    elif mailbox is None or str(mailbox) == "-":
        reader(sys.stdin.buffer.read(LARGEST_REPORT + 1))
    else:
        read_mailbox(mailbox, reader)
    for said in Bounce:
        click.echo(f"{said.value}: {found[said]}")


COMMANDS = (open_shop, shop, people, emails)
