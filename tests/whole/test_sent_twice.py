"""Every form may be sent twice: one effect, and the second answer leads where the first one led.

The walk asks every POST route of the shop, except those that say why they are safe by themselves
(`repeatable`).
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from checkout.entries.chart_rules import Chart, fingerprint, first_free
from shop.catalogue.models import Product
from shop.core.marks import mark_of
from shop.emails import words_rules as own_words
from shop.home.rules import Banner, HomeContent, written
from shop.members.models import Membership
from shop.ops.clock import now, today
from shop.people.models import User
from shop.settings.rules import fingerprint as setting_mark
from shop.settings.table_rules import DELIVERY
from shop.signin.passwords import hash_password
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.web.kit.once import FIELD
from shop.web.kit.sessions import VISITOR
from tests.banking import Line, camt
from tests.conftest import new_database
from tests.factories import luhn_ended, make_checkout, siret_of
from tests.orders import deliver_all, locked_order, scan
from tests.people import LETTERHEAD
from tests.scenes import SCENES
from tests.trials import Trial, rows_in
from tests.whole.test_matrix import Cell, Stage, cells_of, may
from tests.world import PENDING, PRIVATE, VISITORS

PASSWORD = "Une ancienne phrase 26"
NEW_PASSWORD = "Une phrase nouvelle 27"
#: An answer for every field of a form: those that a form does not have are ignored.
ANSWERS: dict[str, Any] = {
    "email": "nouvelle@chinon.example",
    "name": "Salle des fêtes",
    "line1": "3, rue des Tilleuls",
    "postal_code": "37500",
    "city": "Chinon",
    "phone": "02 47 93 00 00",
    "reason": "Le bon de commande n’est pas signé",
    "buys": "y",
    "scope": "all",
    "sku": "SON-0412",
    "quantity": "2",
    "units": "2",
    "reference": "BL-4471",
    "password": PASSWORD,
    "call_back": "y",
    "number": "02 47 93 11 11",
    "number_source": "annuaire du service public",
    "spoke_to": "Mme Durand",
    "accepted": "y",
    "establishment": "1",
    "account_manager": "",
}
ORIGINAL = dict.fromkeys(("original_paper", "letterhead", "dated", "signed", "stamped"), "y") | {
    "reference": "BC-26-0999",
    "dated_on": today().isoformat(),
    "received_on": today().isoformat(),
    "signatory_name": "Paul Lenoir",
    "signatory_capacity": "Maire",
    "filed_at": "Classeur 14",
    "amount": "1 208,84",
    "service_code": "CULT-02",
    "engagement": "2026-004417",
    "scan": scan(),
}
STEP_3 = {
    "header_name": "Léa Petit",
    "header_line1": "3, rue des Tilleuls",
    "header_postal_code": "61000",
    "header_city": "Alençon",
    "delivery": "same",
    "contact_name": "Léa Petit",
    "contact_phone": "06 12 34 56 78",
    "service_name": "Comptabilité",
}
#: The prices of delivery, one of them raised.
DEARER = {one.key: one.default for one in DELIVERY.settings} | {"parcel_5": 1_090}
OTHER_ACCOUNTS, TOMORROW = Chart(clients="411900"), first_free(today())
MONDAY = own_words.Wording(
    own_words.Words(introduction="Fermeture lundi."),
    own_words.Words(introduction="Fixed on Monday."),
)
SALES_BANNER = Banner("Soldes.", "Sales.", TOMORROW, TOMORROW)
AGREED_DAYS = {"starts_on": today().isoformat(), "ends_on": today().isoformat()}
#: Answers of a single route.
OF_ROUTE: dict[str, dict[str, Any]] = {
    "orders.send_link": {"number": "CO-2026-00001", "email": "particulier@example.org"},
    "withdrawals.confirm": {
        "name": "Léa Petit",
        "number": "CO-2026-00001",
        "email": "particulier@example.org",
        "scope": "whole",
    },
    "withdrawals.specify": {"units_1": "1"},
    "payouts.fees": {"fees": "0,50"},
    "questions.send": {"subject": "Délai", "message": "Quand serons-nous livrés ?"},
    "questions.answer": {"answer": "Jeudi."},
    "signin.change_password": {"present": PASSWORD, "password": NEW_PASSWORD},
    "signin.set_new_password": {"password": NEW_PASSWORD},
    "signin.ask_new_password": {"email": "buyer@matrix.example"},
    "people.open_account": {"password": NEW_PASSWORD, "buys_for": "self"},
    "people.change_profile": {"function": "Régisseur", "language": "fr"},
    "privacy.forget": {"confirmed": "private@matrix.example"},
    "organisations.new_contact": {"function": "signatory", "capacity": "Maire"},
    "organisations.add_organisation": {
        **LETTERHEAD,
        "buys_for": "public",
        "siret": siret_of(7),
        "organisation": "Ville",
    },
    "organisations.open_establishment": {"siret": luhn_ended("2137007270009")},
    "members.recommended": {"note": "Je connais cette personne"},
    "verification.exclude_member": {"confirmed": "y"},
    "verification.send_letter": {"file": scan()},
    "verification.attach_letter": {"file": scan()},
    "client_quotes.add": {"sku": "SON-0412", "quantity": "1"},
    "client_quotes.quantities": {"quantity-SON-0412": "2"},
    "client_quotes.add_free": {
        "name": "Pose",
        "unit_price": "100",
        "vat_rate": "2000",
        "units": "1",
    },
    "client_quotes.keep_addresses": STEP_3,
    "client_quotes.keep_offer": {"shipping": "pick_up", "months": "2", "words": "Bonjour"},
    "payment_links.begin": {"name": "Odile Renard", "email": "odile@example.org", "language": "fr"},
    "payment_links.add": {"sku": "SON-0412", "quantity": "1"},
    "payment_links.quantities": {"quantity-SON-0412": "2"},
    "payment_links.keep_addresses": STEP_3,
    "payment_links.keep_offer": {"shipping": "pick_up", "days": "2", "words": "Bonjour"},
    "payment_links.revoke": {"reason": "Erreur de prix"},
    "payment_links.pay": {"terms": "1"},
    "clients.write_about": {"text": "Rappeler jeudi."},
    "clients.write_about_person": {"text": "Rappeler jeudi."},
    "clients.terms": {"engagement_rule": "required", "payment_delay_days": "30"},
    "steps.keep_addresses": STEP_3,
    "steps.keep_shipping": {"shipping": "pick_up"},
    "cart.update": {"change": "1"},
    "cart.save": {"quantity-SON-0412": "4"},
    "corrections.issue": {
        "corrected-reason": "Mauvais service",
        "corrected-name": "Ville de Chinon",
        "corrected-line1": "1 place du Marché",
        "corrected-postal_code": "37500",
        "corrected-city": "Chinon",
        "corrected-code": "AUTRE",
    },
    "corrections.tell": {
        "told-status": "204",
        "told-told_on": today().isoformat(),
        "told-reason": "",
    },
    "credits.issue": {"scope": "whole", "goods": "kept"},
    "credits.order": {"account": "FR76 3000 6000 0112 3456 7890 189"},
    "orders.give_references": {"engagement": "2026-009000"},
    "orders.record_receipt": {"BL-2026-000001-received_on": today().isoformat()},
    "invoices.send": {"to": "factures@chinon.example"},
    "invoices.forward_by_email": {"email": "elu@chinon.example"},
    "invoices.forward": {"forward-forwarded_on": today().isoformat()},
    "invoices.record_receipt": {"receipt-received_on": today().isoformat()},
    "invoices.interrupt": {
        "interruption-notified_on": today().isoformat(),
        "interruption-reason": "Le bon de commande manque",
    },
    "returns.send": {"reason": "defect", "words": "Ne s’allume pas", "units_1": "1"},
    "imports.send": {"file": b"Nom;Prix TTC\na;1\n"},
    "imports.check": {"column_0": "sku", "column_1": "price", "starts_on": today().isoformat()},
    "imports.begin_bulk": {
        "act": "brand",
        "brand": "Tubas réunis",
        "rounding": "cent",
        "vat_rate": "2000",
        "family": "enceintes",
    },
    "products.add": {"photographs": b"\xff\xd8\xff\xe0"},
    "products.open_family": {"name_en": "Tubas", "chapter": "1", "position": "1"},
    "products.rename_family": {"name_en": "Tubas", "position": "1"},
    "products.plan": {"price": "12,50", "starts_on": today().isoformat()},
    "products.withdraw": {"reason": "Plus fabriqué"},
    "products.create": {
        "sku": "NEUF-1",
        "brand": "Valcorde",
        "family": "enceintes",
        "vat_rate": "2000",
        "supply": "stocked",
        "price": "12,50",
        "lead_days": "0",
        "weight_g": "0",
        "warranty_months": "24",
        "finish": "anthracite",
        "picture": "",
    },
    "stock.correct": {"reason": "found"},
    "deliveries.issue": {f"units_{position}": "1" for position in range(1, 9)},
    "deliveries.keep_signed_note": {
        "scan": scan(),
        "signed_on": today().isoformat(),
        "signatory": "Rose Martin",
    },
    "deliveries.accept": {"accepted_on": today().isoformat(), "accepted_by": "Rose Martin"},
    "agreements.draft": {"reference": "A-2", "title": "Micros", **AGREED_DAYS},
    "agreements.change": {"reference": "A-1", "title": "Micros", **AGREED_DAYS},
    "agreements.add_organisation": {"client-code": siret_of(1)[:9]},
    "agreements.add": {
        "condition-category": "0",
        "condition-units": "7",
        "condition-discount": "5",
    },
    "agreements.sign": {
        "signing-signed_on": today().isoformat(),
        "signing-signatory": "Rose Martin",
    },
    "purchase_orders.log": {"log-received_on": today().isoformat(), "log-scan": scan()},
    "purchase_orders.send_wanted": {"kind": "delegation", "document": scan()},
    "clients.settle_document": {
        "kind": "delegation",
        "decision": "tick",
        "filed_at": "Classeur 3",
    },
    "agreements.attach": {"copy-file": scan()},
    "agreements.withdraw": {"end-reason": "Sans suite"},
    "bank_details.refuse": {"refusal-reason": "Inconnu de la banque"},
    "reminders.lift": {"reason": "Paiement annoncé"},
    "reminders.switch": {"switch": "off", "scope": "invoice"},
    "entries.change_accounts": {
        **{key.replace(":", "_"): number for key, number in OTHER_ACCOUNTS.numbers().items()},
        "since": TOMORROW.isoformat(),
        "shown": fingerprint(OTHER_ACCOUNTS, TOMORROW),
    },
    "settings.change": {
        "parcel_5": "10,90",
        "parcel_30": "14,90",
        "pallet": "34,80",
        "corsica": "y",
        "corsica_extra": "0",
        "corsica_days": "2",
        "monaco": "y",
        "armed_forces": "y",
        "since": TOMORROW.isoformat(),
        "seen": "0",
        "shown": setting_mark(DELIVERY, DEARER, TOMORROW, 0),
    },
    "texts.publish": {
        "french": "Fermes.",
        "english": "Fixed.",
        "since": TOMORROW.isoformat(),
        "seen": "2",
        "shown": mark_of("mentions-legales", ("Fermes.", "Fixed."), TOMORROW.isoformat(), 2),
    },
    "home.publish": {
        "french": "Soldes.",
        "english": "Sales.",
        "first": TOMORROW.isoformat(),
        "last": TOMORROW.isoformat(),
        "seen": "1",
        "shown": mark_of(written(HomeContent(banner=SALES_BANNER)), 1),
    },
    "wordings.publish": {
        "fr_introduction": "Fermeture lundi.",
        "en_introduction": "Fixed on Monday.",
        "seen": "1",
        "shown": mark_of("quote_issued", own_words.written(MONDAY), 1),
    },
    "staff.invite": {"sales": "y"},
    "staff.change": {
        "seen": "logistics",
        "accounting": "y",
        "shown": mark_of(["logistics"], ["accounting"]),
    },
    "staff.enter_absence": {
        "starts_on": TOMORROW.isoformat(),
        "ends_on": TOMORROW.isoformat(),
        "substitute": "",
    },
    "staff.join": {"password": NEW_PASSWORD},
    "statements.leave_out": {"out-reason": "Remboursement de TVA"},
    "statements.read": {"day": "1", "wording": "2", "amount": "3", "decimal": ",", "reference": "0"}
    | {"day_form": "18/11/2026"},
    "statements.send": {"file": camt(Line(777, "AUTRE"))},
    "transfers.order": {"return-account": "FR76 3000 6000 0112 3456 7890 189"}
    | {"return-reason": "À sa demande"},
    "payments.record": {"amount": "10,00", "received_on": today().isoformat()},
    "quotes.send_copy": {"first": "elu@chinon.example"},
    "order_forms.prepare": {"reference": "BC-26-0998"},
    "signatories.share": {"name": "Hélène Vasseur", "message": "Merci"},
    "purchase_orders.give_up_waiting": {"giving-up-reason": "Le client a renoncé"},
    "purchase_orders.refuse": {"refusal-reason": "La signature manque"},
    "purchase_orders.send_scan": {"scan": scan()},
    "purchase_orders.record": ORIGINAL,
}
#: Who sends a form, where the first one who may is not the one who has something there.
BY = {
    "cancellations.send": "buyer",
    "members.leave": PENDING,
    "organisations.add_organisation": PRIVATE,
    "verification.ask_change": "administrator",
    "privacy.close": PRIVATE,
    "privacy.forget": PRIVATE,
    "quotes.issue": "buyer",
    "card.pay": VISITORS,
    "steps.go_on_as_guest": VISITORS,
    "steps.keep_addresses": "buyer",
    "steps.keep_shipping": "buyer",
    "verification.send_letter": PENDING,
    "members.accept": PRIVATE,
    "members.join": VISITORS,
    "opening.register_first": VISITORS,
    "staff.join": VISITORS,
}
#: Who has closed their account is signed out; codes are shown once: the second answer leads there.
ELSEWHERE = dict.fromkeys(("privacy.close", "privacy.forget"), (303, "/connexion")) | dict.fromkeys(
    ("signin.set_up_second_factor", "signin.renew_codes"), (303, "/")
)


#: What is shown once, in the answer itself: the second answer leads to the page of the form.
SHOWN_ONCE = {"signatories.share"}


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    database = new_database(request, request.param, tmp_path_factory.mktemp("twice"))
    made = Stage(database)
    made.app.extensions["comptoir.database"] = Trial(database)
    yield made
    database.dispose()


def forms(stage: Stage) -> list[Cell]:
    """One request of each POST route whose form is done once."""
    found: dict[str, Cell] = {}
    for cell in cells_of(stage)[0]:
        view = stage.app.view_functions[cell.endpoint]
        if cell.method == "POST" and not hasattr(view, "repeatable"):
            found.setdefault(cell.endpoint, cell)
    return list(found.values())


def sender(stage: Stage, cell: Cell) -> FlaskClient:
    """The browser of somebody who may send the form: a visitor last."""
    people = sorted(stage.world.people, key=lambda person: person.viewer is None)
    role = BY.get(cell.endpoint) or next(one.role for one in people if may(one, cell))
    browser = stage.app.test_client()
    cookie = stage.cookies[role].get("Cookie", "")
    if cookie:
        browser.set_cookie("session", cookie.removeprefix("session="))
    return browser


@cache
def hashed() -> str:
    return hash_password(PASSWORD)


def prepare(stage: Stage, cell: Cell, browser: FlaskClient) -> tuple[str, dict[str, Any]]:
    """What the form needs: an address of its own, and answers read from its page."""
    trial: Database = stage.app.extensions["comptoir.database"]
    with trial.transaction() as session:
        session.execute(update(User).values(password_hash=hashed()))
        pending = session.scalar(select(Membership.id).where(~Membership.is_in))
    scene = SCENES.get(cell.endpoint)
    if scene is not None:
        with trial.transaction() as session:
            return scene(stage, cell, browser, session)
    room, _dot, route = cell.endpoint.partition(".")
    if cell.endpoint == "members.recommended":
        return f"/compte/organisation/membres/{pending}/recommandation", {}
    if room == "cart" and route != "add":
        browser.post("/panier", data={"sku": "SON-0412"})
    if room in ("steps", "card") or cell.endpoint == "quotes.issue":
        return cell.url, at_step_five(stage, browser)
    if cell.endpoint == "quotes.renew":
        seal = hidden(browser.get(cell.url).text, "seal")
        return cell.url, {"seal": seal, "accepted": "y"}
    if cell.endpoint == "invoices.issue":
        with trial.transaction() as session:
            waiting = stage.world.named["deliveries:number"]
            deliver_all(session, locked_order(session, waiting), at=now())
        return f"/bureau/factures/commandes/{waiting}", {}
    if cell.endpoint == "signin.set_new_password":
        browser.post("/mot-de-passe-oublie", data={"email": "buyer@matrix.example"})
        return f"/nouveau-mot-de-passe/{newest_token(trial)}", {}
    if cell.endpoint == "people.activate":
        browser.post("/inscription", data=answers_to("people.open_account"))
        return f"/activation/{newest_token(trial)}", {}
    return cell.url, {}


def at_step_five(stage: Stage, browser: FlaskClient) -> dict[str, Any]:
    """A cart with its draft, in this browser; the hidden answers of the last page."""
    trial: Database = stage.app.extensions["comptoir.database"]
    buyer = stage.world.person("buyer")
    is_buyer = browser.get("/commande/devis").status_code == 303
    by = buyer.actor if is_buyer else VISITOR
    with trial.transaction() as session:
        product = session.scalars(select(Product.id).order_by(Product.id)).first()
        _cart, token = make_checkout(session, product or 0, at=now(), by=by)
    with browser.session_transaction() as cookie:
        cookie["cart"] = token
    page = browser.get("/commande/devis" if is_buyer else "/commande/paiement").text
    return {name: hidden(page, name) for name in ("seal", "draft")}


def hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


def newest_token(trial: Database) -> str:
    with trial.reading_session() as session:
        return session.scalars(select(Email).order_by(Email.id.desc())).first().facts["token"]


def answers_to(endpoint: str) -> dict[str, Any]:
    return ANSWERS | OF_ROUTE.get(endpoint, {})


@dataclass(frozen=True)
class Pressed:
    """One press of a form's button: the answer, what was written, the rows of each table after."""

    status: int
    location: str | None
    writes: list[str]
    rows: dict[str, int]


def with_files(form: dict[str, Any]) -> dict[str, Any]:
    """The form as it is sent: bytes are a file."""
    return {n: (BytesIO(v), "bon.pdf") if isinstance(v, bytes) else v for n, v in form.items()}


def press(trial: Trial, browser: FlaskClient, url: str, form: dict[str, Any]) -> Pressed:
    trial.writes()
    answer = browser.post(url, data=with_files(form))
    answer.close()
    writes = trial.writes()
    return Pressed(answer.status_code, answer.location, writes, rows_in(trial.connection))


def pressed_twice(stage: Stage, cell: Cell) -> tuple[bool, Pressed, Pressed]:
    """Whether the form was claimed, the first press, the second one."""
    trial: Trial = stage.app.extensions["comptoir.database"]
    with trial.begun():
        browser = sender(stage, cell)
        url, more = prepare(stage, cell, browser)
        form = answers_to(cell.endpoint) | more | {FIELD: secrets.token_hex(8)}
        before = rows_in(trial.connection)["form_keys"]
        first, second = (press(trial, browser, url, form) for _press in range(2))
    return first.rows["form_keys"] > before, first, second


def faults(cell: Cell, first: Pressed, second: Pressed) -> list[str]:
    """What the second press did beside leading where the first one led."""
    found = [f"{w} a second time" for w in second.writes if w != "INSERT INTO form_keys"]
    found += [
        f"{table}: {rows - first.rows[table]} rows more"
        for table, rows in second.rows.items()
        if rows != first.rows[table]
    ]
    if sum(write.endswith("form_keys") for write in first.writes) > 2:
        found.append("more than two statements for the key")
    led = (second.status, second.location)
    other = (303, cell.url) if cell.endpoint in SHOWN_ONCE else ELSEWHERE.get(cell.endpoint)
    if led not in ((first.status, first.location), other):
        found.append(f"{led} after {first.status} {first.location}")
    return found


#: Forms that this world refuses, and why.
NOT_DONE = {
    "purchase_orders.log": "no document is wanted here: test_first_orders.py logs an original, and"
    " a second one of the quote is refused",
}


def test_every_form_may_be_sent_twice(stage: Stage):
    wrong = []
    for cell in forms(stage):
        claimed, first, second = pressed_twice(stage, cell)
        if claimed:
            wrong += [f"{cell.endpoint}: {one}" for one in faults(cell, first, second)]
        elif cell.endpoint not in NOT_DONE:
            wrong.append(f"{cell.endpoint}: nothing was done: {first.status} {first.location}")
    assert not wrong, "\n".join(["", *wrong])
