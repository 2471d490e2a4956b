"""`make run`: migrate, fill the demonstration shop, start all processes, print the address; Ctrl-C
stops it.

Four processes on the loopback: the shop, the sandbox card processor, a local Chorus Pro, and the
worker that renders PDFs, sends e-mails and deposits invoices. With --reset, delete the
demonstration's data and stop there.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from checkout.deposits.sandbox.app import CLIENT_ID, CLIENT_SECRET, LOGIN, PASSWORD
from quotes.demonstration.certificate import provide_certificate
from quotes.demonstration.fill import fill_demonstration, is_begun, is_filled
from shop.core.paths import ROOT
from shop.ops.clock import now, parse_shift
from shop.ops.config import SANDBOX_KEY, Misconfigured, Settings, from_environment
from shop.ops.processes import answers, keep_running, shop_command, start, stop, worker_command
from shop.storage.db import Database
from shop.storage.migrate import upgrade

SANDBOX_STATE = ROOT / "instance" / "sandbox.db"
PORTAL_STATE = ROOT / "instance" / "portal.json"
#: The account of the demonstration on its own Chorus Pro.
SANDBOX_ACCOUNT = {
    "CHORUS_CLIENT_ID": CLIENT_ID,
    "CHORUS_CLIENT_SECRET": CLIENT_SECRET,
    "CHORUS_LOGIN": LOGIN,
    "CHORUS_PASSWORD": PASSWORD,
}
SIGN_INS = (
    ("acheteur@ville.example", "acheteuse d’une commune vérifiée"),
    ("nouveau@ecole.example", "organisme en attente de vérification"),
    ("particulier@example.org", "cliente privée"),
    ("ventes@comptoir.example", "ventes"),
    ("adv@comptoir.example", "administration des ventes"),
    ("logistique@comptoir.example", "logistique"),
    ("comptabilite@comptoir.example", "comptabilité"),
    ("magasin@comptoir.example", "vente et expédition"),
    ("admin@comptoir.example", "administrateur"),
)


def _own_certificate() -> Path:
    """The certificate with which the demonstration signs invoices, unless it is given one."""
    return ROOT / "instance" / "signing.p12"


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The processes' environment: all on the loopback, the card processor one port further, the
    portal two.

    A clock set to a moment becomes one shift, so that all processes agree. Raises Misconfigured.
    """
    asked = env.get("PORT", "") or "8000"
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 65_534):
        raise Misconfigured([f"PORT={asked} is no port: a number from 1 to 65533."])
    port = int(asked)
    found = {"PUBLIC_URL": f"http://127.0.0.1:{port}", **env, "PORT": asked}
    if not found.get("STRIPE_SECRET_KEY"):
        found.setdefault("STRIPE_API_BASE", f"http://127.0.0.1:{port + 1}")
    is_production = found.get("COMPTOIR_MODE") == "production"  # main() refuses it
    if not found.get("CHORUS_CLIENT_ID") and not is_production:
        found |= SANDBOX_ACCOUNT
        found |= dict.fromkeys(
            ("CHORUS_OAUTH_URL", "CHORUS_API_URL"), f"http://127.0.0.1:{port + 2}"
        )
    if not found.get("SIGNING_CERTIFICATE") and not is_production:
        found["SIGNING_CERTIFICATE"] = str(_own_certificate())
    try:
        shift = parse_shift(found.get("COMPTOIR_CLOCK", ""))
    except ValueError as error:
        raise Misconfigured([str(error)]) from error
    if shift:
        found["COMPTOIR_CLOCK"] = f"{round(shift.total_seconds()):+d}s"
    return found


def reset(settings: Settings) -> None:
    """Delete the demonstration: its SQLite files, or its PostgreSQL tables."""
    for path in sorted((ROOT / "instance").glob("sandbox.db*")):
        path.unlink()
    PORTAL_STATE.unlink(missing_ok=True)
    _own_certificate().unlink(missing_ok=True)
    if settings.database_url.startswith("sqlite:///"):
        name = settings.database_url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm", ".lock"):
            Path(name + suffix).unlink(missing_ok=True)
        return
    database = Database(settings.database_url)
    with database.write_engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    database.dispose()


def prepare(settings: Settings) -> None:
    """Migrate, and fill once; what an interrupted start left incomplete is filled anew."""
    if settings.database_url.startswith("sqlite:///"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
    if settings.signing_certificate == str(_own_certificate()):
        provide_certificate(_own_certificate(), at=now() + settings.clock_shift)
    database = Database(settings.database_url)
    upgrade(database)
    if settings.is_demonstration and not is_filled(database):
        if is_begun(database):
            database.dispose()
            say("Le remplissage précédent s’était interrompu : on repart de zéro.")
            reset(settings)
            prepare(settings)
            return
        say("Remplissage de la boutique de démonstration…")
        processor = SANDBOX_STATE if settings.stripe_secret_key == SANDBOX_KEY else None
        fill_demonstration(
            database,
            site=settings.public_url,
            secret=settings.secret_key,
            processor=processor,
        )
    database.dispose()


def commands(env: dict[str, str], settings: Settings) -> list[list[str]]:
    """The shop, its worker, and the sandbox card processor unless Stripe itself is used."""
    found = [worker_command(), shop_command(f"127.0.0.1:{env['PORT']}", workers=2)]
    if settings.stripe_secret_key == SANDBOX_KEY and settings.stripe_api_base:
        sandbox = ["checkout.card.sandbox", "--port", settings.stripe_api_base.rpartition(":")[2]]
        sandbox += ["--state", str(SANDBOX_STATE)]
        sandbox += ["--hook", f"{env['PUBLIC_URL']}/card/webhook"]
        found.insert(0, [*sandbox, "--secret", settings.stripe_webhook_secret])
    if settings.chorus_client_id == CLIENT_ID:
        port = settings.chorus_api_url.rpartition(":")[2]
        portal = ["checkout.deposits.sandbox", "--port", port, "--state", str(PORTAL_STATE)]
        found.insert(0, portal)
    return found


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C."""
    try:
        env = environment(os.environ)
        os.environ.update(env)
        settings = from_environment()
        if not settings.is_demonstration:
            raise Misconfigured(["make run is the demonstration: use make serve in production."])
    except Misconfigured as wrong:
        sys.stderr.write("".join(f"{mistake}\n" for mistake in wrong.mistakes))
        return 2
    if "--reset" in arguments:
        reset(settings)
        say("Les données de démonstration sont effacées.")
        return 0
    prepare(settings)
    processes = start(commands(env, settings), env)
    try:
        if not answers(settings.public_url, processes):
            sys.stderr.write("The shop did not start: see the lines above.\n")
            return 1
        announce(settings)
        return keep_running(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(processes)


def announce(settings: Settings) -> None:
    say()
    say(f"  Comptoir est ouvert : {settings.public_url}")
    say()
    if settings.is_demonstration:
        say("  Connexions de démonstration (mot de passe : demonstration)")
        for email, who in SIGN_INS:
            say(f"    {email:<32}{who}")
        say()
        if settings.stripe_secret_key == SANDBOX_KEY:
            say(f"  Processeur de cartes d’essai : {settings.stripe_api_base}")
        say("  Carte d’essai : 4242 4242 4242 4242, une date à venir, n’importe quel code")
        if settings.chorus_client_id == CLIENT_ID:
            say(f"  Chorus Pro d’essai : {settings.chorus_api_url}")
        if settings.smtp_url is None:
            say(f"  Courrier envoyé : {settings.public_url}/demonstration/courriels")
        say("  Ctrl-C arrête tout. `make reset` repart de zéro.")
        say()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
