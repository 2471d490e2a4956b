"""The pictures of the procedure page: `python -m tests.procedure_pictures` takes them anew.

The demonstration shop is filled, and each step is visited as a buyer of a town sees it: French,
light theme, one size. They are written to static/img/procedure/ as WebP.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from shop.core.paths import ROOT
from tests.e2e.conftest import ARGUMENTS, fill_database
from tests.e2e.live import live_shop
from tests.programs import chromium

TARGET = ROOT / "static" / "img" / "procedure"
#: Width and height of a picture of a page, and of the quote. A page is shown larger than it is.
SCREEN, SHEET, SCALE = (960, 640), (640, 905), 1.25
BUYER, PASSWORD = "acheteur@ville.example", "demonstration"
#: Kilobytes that no picture reaches.
HEAVIEST = 60


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser in the shop."""

    page: Page
    home: str

    def go(self, path: str) -> None:
        self.page.goto(self.home + path)

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def sign_in(self) -> None:
        self.go("/connexion")
        self.page.locator("main [name=email]").fill(BUYER)
        self.page.locator("main [name=password]").fill(PASSWORD)
        self.press("main form[action*=connexion] button")

    def add(self, words: str, quantity: int) -> None:
        self.go(f"/recherche?q={words}")
        self.press("li.product:has(button) a")
        self.page.locator("form.buy__row [name=quantity]").fill(str(quantity))
        self.press("form.buy__row button.button")

    def take(self, name: str, top: str = "h1", *, above: int = 24) -> None:
        """The screen whose first line is `top`."""
        self.page.wait_for_load_state("networkidle")
        self.page.locator(top).first.evaluate(
            "(place, above) => scrollTo(0, place.getBoundingClientRect().top + scrollY - above)",
            above,
        )
        keep(name, self.page.screenshot(animations="disabled"))


def keep(name: str, png: bytes) -> None:
    """Store a picture as WebP, as good as fits below the limit."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for quality in (80, 70, 60, 50, 40):
        made = BytesIO()
        picture.save(made, "WEBP", quality=quality, method=6)
        if made.tell() < HEAVIEST * 1000:
            break
    (TARGET / f"{name}.webp").write_bytes(made.getvalue())


def visit(browser: Browser, home: str) -> Visit:
    context = browser.new_context(
        viewport={"width": round(SCREEN[0] / SCALE), "height": round(SCREEN[1] / SCALE)},
        device_scale_factor=SCALE,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        color_scheme="light",
        reduced_motion="reduce",
    )
    return Visit(context.new_page(), home)


def as_a_newcomer(shot: Visit) -> None:
    """The account, and step 2 without one."""
    shot.go("/inscription?for=public")
    shot.take("account", "main form .group + .group legend")
    shot.add("enceinte", 2)
    shot.go("/commande/identification")
    shot.take("identification", ".steps, h1")


def as_a_buyer(shot: Visit) -> None:
    """The five steps, the conditions, and the dossier in which a copy is uploaded."""
    shot.sign_in()
    shot.add("enceinte", 2)
    shot.add("micro+main", 4)
    shot.go("/panier")
    shot.take("cart", "text=Besoin d’un devis", above=330)
    shot.go("/commande/adresses")
    shot.take("addresses")
    shot.press("main form .acts button")
    shot.take("delivery")
    shot.press("main form .acts button")
    shot.take("payment", "#quote-way", above=290)
    shot.press("#quote-way a")
    shot.take("conditions", "ol.conditions li:nth-child(3)")
    shot.go("/devis")
    shot.press("main a[href*='/devis/DE-']")
    the_quote(shot)
    shot.take("upload", "form[enctype]", above=64)
    shot.go("/devis")
    shot.press("main a[href*='/devis/DE-']:has-text('000001')")
    shot.take("invoice")


def the_quote(shot: Visit) -> None:
    """The first page of the newest quote, as it is printed."""
    url = shot.page.locator("ul.docs a.button").first.get_attribute("href")
    with tempfile.TemporaryDirectory() as folder:
        pdf, picture = Path(folder) / "quote.pdf", Path(folder) / "quote"
        pdf.write_bytes(shot.page.request.get(f"{shot.home}{url}").body())
        size = ["-scale-to-x", str(SHEET[0]), "-scale-to-y", str(SHEET[1])]
        command = ["pdftoppm", "-png", *size, "-f", "1", "-l", "1", "-singlefile"]
        subprocess.run([*command, pdf, picture], check=True)
        keep("quote", picture.with_suffix(".png").read_bytes())


def take_all(browser: Browser, home: str) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    as_a_newcomer(visit(browser, home))
    as_a_buyer(visit(browser, home))


def main() -> int:
    program = chromium()
    if program is None:
        sys.stderr.write("Pictures need a browser: install chromium-headless-shell.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        filled = fill_database(Path(folder) / "filled.db")
        with live_shop(filled, Path(folder)) as shop:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            take_all(browser, shop.url)
            browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
