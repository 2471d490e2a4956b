"""Opening a real shop: `python -m shop.cli COMMAND`, on the database of DATABASE_URL.

register                     fill the embedded register of public bodies
letterhead FILE.json         who sells, and to which account one pays, for papers from now on
catalogue FOLDER             categories, brands, usages and products of an empty catalogue
staff EMAIL ROLE NAME        a person of the shop; asks for the password, or takes it from
                             COMPTOIR_PASSWORD
lost-telephone EMAIL REASON  remove the second factor of somebody of the staff or of a customer, who
                             has shown who he is: the reason says how, and the journal keeps it
close-account EMAIL REASON   close the account of somebody of the staff
reopen-account EMAIL REASON  open a closed account again
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getpass, getuser
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from stdnum import iban
from stdnum.fr import siret

import shop.rooms
from shop.accounts.common_passwords import common_passwords
from shop.accounts.models import User
from shop.accounts.password_rules import weakness
from shop.accounts.passwords import LEAST_LENGTH, hash_password
from shop.accounts.people import find_person, register_person
from shop.accounts.second_factor import remove_second_factor
from shop.catalogue.folder import load_catalogue
from shop.ground.actors import ADMIN, STAFF_ROLES, Actor
from shop.ground.clock import now
from shop.ground.config import Misconfigured, from_environment
from shop.ground.db import Database
from shop.ground.errors import DomainError
from shop.ground.letterhead import set_letterhead
from shop.ground.migrate import upgrade
from shop.privacy.closing import deactivate, reopen
from shop.register.embedded import import_register

assert shop.rooms.ROWS, "the tables of all rooms know each other"

NEEDED = ("name", "trade_name", "legal_form", "address", "phone", "email", "siren", "siret")
NEEDED_OF_BANK = ("holder", "iban", "bic")


class Unusable(Exception):
    """What was given cannot be used; its sentences say why."""


def letterhead_mistakes(content: dict[str, Any]) -> list[str]:
    """A sentence per mistake of a letterhead file."""
    missing = [key for key in NEEDED if not content.get(key)]
    bank = content.get("bank") or {}
    missing += [f"bank.{key}" for key in NEEDED_OF_BANK if not bank.get(key)]
    mistakes = [f"The letterhead needs {key}." for key in missing]
    if content.get("siret") and not siret.is_valid(content["siret"]):
        mistakes.append(f"The SIRET {content['siret']} fails its check.")
    if bank.get("iban") and not iban.is_valid(bank["iban"]):
        mistakes.append(f"The IBAN {bank['iban']} fails its check.")
    return mistakes


def _letterhead(database: Database, path: str) -> str:
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    mistakes = letterhead_mistakes(content)
    if mistakes:
        raise Unusable("\n".join(mistakes))
    with database.transaction() as session:
        set_letterhead(session, content, at=now())
    return f"Papers are issued by {content['name']} from now on."


def _register(database: Database) -> str:
    with database.transaction() as session:
        return f"{import_register(session)} public bodies are in the register."


def _catalogue(database: Database, folder: str) -> str:
    with database.transaction() as session:
        load_catalogue(session, Path(folder), at=now())
    return "The catalogue is filled."


def _staff(database: Database, email: str, role: str, *name: str) -> str:
    if role not in STAFF_ROLES:
        raise Unusable(f"{role} is no role: use one of {', '.join(STAFF_ROLES)}.")
    password = os.environ.get("COMPTOIR_PASSWORD") or getpass("Password: ")
    if len(password) < LEAST_LENGTH:
        raise Unusable(f"A password of the staff has at least {LEAST_LENGTH} characters.")
    guessable = weakness(password, common=common_passwords(), about=(email, *name))
    if guessable is not None:
        raise Unusable(guessable.value)
    hashed = hash_password(password)
    with database.transaction() as session:
        register_person(
            session,
            email=email,
            password_hash=hashed,
            name=" ".join(name) or email,
            staff_role=role,
            at=now(),
        )
    return f"{email} may sign in as {role}."


def _lost_telephone(database: Database, email: str, *reason: str) -> str:
    with _act_on(database, email) as (session, user, by):
        remove_second_factor(session, user, reason=" ".join(reason), by=by, at=now())
    return f"{email} signs in with the password alone."


def _close_account(database: Database, email: str, *reason: str) -> str:
    with _act_on(database, email) as (session, user, by):
        deactivate(session, user, reason=" ".join(reason), by=by, at=now())
    return f"{email} signs in no more."


def _reopen_account(database: Database, email: str, *reason: str) -> str:
    with _act_on(database, email) as (session, user, by):
        reopen(session, user, reason=" ".join(reason), by=by, at=now())
    return f"{email} may sign in again."


@contextmanager
def _act_on(database: Database, email: str) -> Iterator[tuple[Session, User, Actor]]:
    """The person of that address, for an act of whoever administers this machine."""
    with database.transaction() as session:
        user = find_person(session, email)
        if user is None:
            raise Unusable(f"Nobody has the address {email}.")
        yield session, user, Actor(f"{getuser()} (shop.cli)", frozenset({ADMIN}))


#: Each command with the least number of its arguments.
COMMANDS: dict[str, tuple[Callable[..., str], int]] = {
    "register": (_register, 0),
    "letterhead": (_letterhead, 1),
    "catalogue": (_catalogue, 1),
    "staff": (_staff, 2),
    "lost-telephone": (_lost_telephone, 2),
    "close-account": (_close_account, 2),
    "reopen-account": (_reopen_account, 2),
}


def main(arguments: list[str]) -> int:
    """Run one command; 0 when it is done, 2 with a sentence when it cannot be."""
    command, least = COMMANDS.get(arguments[0] if arguments else "", (None, 0))
    if command is None or len(arguments) - 1 < least:
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        database = Database(from_environment().database_url)
    except Misconfigured as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    try:
        upgrade(database)
        sys.stdout.write(command(database, *arguments[1:]) + "\n")
    except DomainError as refusal:
        sys.stderr.write(refusal.sentence % refusal.facts + "\n")
        return 2
    except (Unusable, OSError, json.JSONDecodeError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    finally:
        database.dispose()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
