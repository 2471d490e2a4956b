"""What a person does to open an account, for themselves or for an organisation."""

import re
from email.message import EmailMessage

from playwright.sync_api import expect
from sqlalchemy import select

from shop.organisations.models import Organisation
from shop.register.models import PublicBody
from tests.e2e.gestures import button, fill, headed, main
from tests.e2e.live import LiveShop, text_of
from tests.e2e.tabs import Tab
from tests.factories import luhn_ended
from tests.people import LETTERHEAD

A_PASSWORD = "quatre mots et un piano"


def unknown_body(shop: LiveShop) -> tuple[str, str]:
    """The SIRET and the name of a body of the register that nobody has registered yet."""
    with shop.database.reading_session() as session:
        known = select(Organisation.siren)
        body = session.scalars(
            select(PublicBody)
            .where(PublicBody.siren.not_in(known), PublicBody.legal_category == "7210")
            .order_by(PublicBody.siren)
            .limit(1)
        ).one()
    return luhn_ended(f"{body.siren}0001"), body.name


def register(
    tab: Tab,
    email: str,
    name: str,
    *,
    siret: str = "",
    organisation: str = "",
    private: bool = False,
    status: int = 200,
) -> None:
    """The registration form, filled and sent; for a private person without a SIRET."""
    tab.go(f"/inscription?for={'private' if private else 'public'}" if siret else "/inscription")
    fill(tab, name=name, phone="02 61 91 00 88", email=email, password=A_PASSWORD)
    if not siret:
        tab.page.locator("main [name=buys_for][value=self]").check()
    else:
        fill(tab, siret=siret, organisation=organisation, function="acheteuse", **LETTERHEAD)
    tab.press(button(tab, "Ouvrir mon compte"), status=status)


def path_in(message: EmailMessage, begins: str) -> str:
    """The page of the shop that an e-mail links to."""
    found = re.search(rf"https?://[^/\s]+(/{begins}/\S+)", text_of(message))
    assert found is not None, text_of(message)
    return found[1]


def activate(tab: Tab, shop: LiveShop, email: str) -> None:
    """Open the link of the e-mail in the browser that registered, and press its one button."""
    headed(tab, "Ouvrez votre e-mail")
    shop.work()
    tab.go(path_in(shop.box.to(email)[-1], "activation"))
    tab.press(button(tab, "Ouvrir mon compte"))
    expect(main(tab)).to_contain_text(email)


def sign_in_with(tab: Tab, email: str) -> None:
    """Sign in with the password of the people of these journeys."""
    tab.go("/connexion")
    fill(tab, email=email, password=A_PASSWORD)
    tab.press(main(tab).get_by_role("button", name="Se connecter"))
