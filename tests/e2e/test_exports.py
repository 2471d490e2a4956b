"""An export on its way: its progress, its end said aloud, and no file where it was stopped."""

import re

from playwright.sync_api import Route, expect

from tests.e2e.gestures import button, link, sign_in
from tests.e2e.tabs import People, on

CSV, FILES = re.compile("fichier CSV"), "**/export.csv*"


@on("desktop")
def test_an_export_that_is_cancelled_or_lost_saves_no_file(people: People):
    office = people.arrive()
    sign_in(office, "comptabilite@comptoir.example")
    office.go("/bureau/factures/registre/export")
    page, told = office.page, office.page.locator("[data-told]")
    cancel = button(office, "Annuler le téléchargement")
    expect(cancel).to_be_hidden()
    office.leaves_for_good()  # the console tells of the connections that are closed here
    kept: list[Route] = []
    page.route(FILES, lambda route: kept.append(route))
    link(office, CSV).click()
    expect(told).to_have_text("Réception du fichier en cours.")
    expect(page.get_by_role("progressbar")).to_be_visible()
    cancel.click()
    expect(told).to_contain_text("Téléchargement annulé")
    expect(cancel).to_be_hidden()
    page.unroute(FILES)
    page.route(FILES, lambda route: route.abort("connectionreset"))
    link(office, CSV).click()
    expect(told).to_contain_text("La connexion a été interrompue")
    assert office.downloads == []
    page.unroute(FILES)
    with page.expect_download() as arriving:
        link(office, CSV).click()
    name = arriving.value.suggested_filename
    expect(told).to_have_text(re.compile(rf"Fichier reçu.*{re.escape(name)}, lignes.*\d+\."))
