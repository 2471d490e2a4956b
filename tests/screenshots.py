"""The README's pictures: `python -m tests.screenshots` writes docs/pictures/, and the pictures of
the procedure page.

The demonstration shop is filled afresh and each page is visited; light theme, French, two widths.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from shop.core.paths import ROOT
from tests import procedure_pictures
from tests.e2e.conftest import ARGUMENTS, fill_database
from tests.e2e.live import live_shop
from tests.programs import chromium

TARGET = ROOT / "docs" / "pictures"
PASSWORD = "demonstration"
DESKTOP, PHONE = (1280, 860), (390, 844)


@dataclass(frozen=True, slots=True)
class Camera:
    """A browser of one person at one width."""

    page: Page
    home: str
    folder: Path

    def go(self, path: str) -> None:
        self.page.goto(self.home + path)

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def take(self, name: str) -> None:
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=self.folder / f"{name}.png", animations="disabled")

    def sign_in(self, address: str) -> None:
        self.go("/connexion")
        self.page.locator("main [name=email]").fill(address)
        self.page.locator("main [name=password]").fill(PASSWORD)
        self.press("main form[action*=connexion] button")

    def add(self, words: str, quantity: int) -> None:
        self.go(f"/recherche?q={words}")
        self.press("li.product:has(button) a")
        self.page.locator("form.buy__row [name=quantity]").fill(str(quantity))
        self.press("form.buy__row button.button")


def camera(browser: Browser, home: str, size: tuple[int, int], folder: Path) -> Camera:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        color_scheme="light",
        reduced_motion="reduce",
    )
    return Camera(context.new_page(), home, folder)


def as_a_buyer(shot: Camera) -> None:
    """The catalogue, the cart, the steps, and the dossier whose original is awaited."""
    shot.go("/")
    shot.take("home")
    shot.press("main a[href^='/rayon/']")
    shot.take("category")
    shot.press("li.product a")
    shot.take("product")
    shot.sign_in("acheteur@ville.example")
    shot.add("enceinte", 2)
    shot.add("micro+main", 4)
    shot.go("/panier")
    shot.take("cart")
    shot.go("/commande/adresses")
    shot.page.locator("[name=contact_name]").fill("Marc Tesnière")
    shot.page.locator("[name=contact_phone]").fill("02 61 91 00 12")
    shot.press("main form .acts button")
    shot.press("main form .acts button")
    shot.take("payment")
    shot.press("#quote-way a")
    shot.take("conditions")
    shot.go("/devis")
    shot.press("main a[href*='/devis/DE-']")
    shot.take("dossier")


def as_the_office(shot: Camera) -> None:
    shot.sign_in("adv@comptoir.example")
    shot.go("/bureau/bons-de-commande")
    shot.press("nav.queue ol a")
    shot.take("originals")
    shot.go("/bureau/verifications")
    shot.press("main a[href*='/bureau/verifications/']")
    shot.take("verification")


def as_an_administrator(shot: Camera) -> None:
    """The people of an organisation, and their rights."""
    shot.sign_in("direction@ville.example")
    shot.go("/compte/organisation/membres")
    shot.take("organisation")


def the_quote_itself(shot: Camera) -> None:
    """The first page of the newest quote, as it is printed."""
    shot.go("/devis")
    shot.press("main a[href*='/devis/DE-']")
    url = shot.page.locator("ul.docs a.button").first.get_attribute("href")
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "quote.pdf"
        pdf.write_bytes(shot.page.request.get(f"{shot.home}{url}").body())
        command = ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile"]
        subprocess.run([*command, pdf, TARGET / "quote"], check=True)


def side_by_side(folder: Path, names: tuple[str, ...], gap: int = 24) -> None:
    """phone.png: some of the phone's pages in one picture."""
    pictures = [Image.open(folder / f"{name}.png") for name in names]
    width, height = PHONE
    whole = Image.new("RGB", ((width + gap) * len(pictures) - gap, height), "white")
    for place, picture in enumerate(pictures):
        whole.paste(picture, (place * (width + gap), 0))
    whole.save(TARGET / "phone.png", optimize=True)


def main() -> int:
    program = chromium()
    if program is None:
        sys.stderr.write("Screenshots need a browser: install chromium-headless-shell.\n")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        filled = fill_database(Path(folder) / "filled.db")
        with live_shop(filled, Path(folder)) as shop:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            desktop = camera(browser, shop.url, DESKTOP, TARGET)
            as_a_buyer(desktop)
            the_quote_itself(desktop)
            as_a_buyer(camera(browser, shop.url, PHONE, Path(folder)))
            side_by_side(Path(folder), ("home", "product", "payment", "dossier"))
            as_the_office(camera(browser, shop.url, DESKTOP, TARGET))
            as_an_administrator(camera(browser, shop.url, DESKTOP, TARGET))
            procedure_pictures.take_all(browser, shop.url)
            browser.close()
    keep_shown()
    return 0


def keep_shown() -> None:
    """Delete the pictures that neither the README nor a page of docs/ shows."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    told = "".join(page.read_text(encoding="utf-8") for page in pages)
    for picture in TARGET.glob("*.png"):
        if f"pictures/{picture.name}" not in told:
            picture.unlink()


if __name__ == "__main__":
    raise SystemExit(main())
