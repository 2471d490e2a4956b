"""The administrator invites a colleague with two roles, who joins and is later suspended."""

from playwright.sync_api import expect

from tests.e2e.gestures import button, fill, headed, link, main, new_address, says, sign_in
from tests.e2e.joining import A_PASSWORD, path_in
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People


def test_a_colleague_is_invited_given_another_role_and_suspended(
    people: People, shop: LiveShop
) -> None:
    office, address = people.arrive(), new_address()
    sign_in(office, "admin@comptoir.example")
    office.go("/bureau/equipe")
    office.press(link(office, "Inviter une personne"))
    fill(office, name="Inès Faure", email=address)
    office.press(button(office, "Envoyer l’invitation"), status=422)
    office.page.get_by_label("Équipe commerciale").check()
    office.page.get_by_label("Équipe logistique").check()
    office.press(button(office, "Envoyer l’invitation"))
    says(office, "L’invitation est envoyée")

    shop.work()
    colleague = people.arrive()
    colleague.go(path_in(shop.box.to(address)[-1], "equipe/invitation"))
    fill(colleague, password=A_PASSWORD)
    colleague.press(button(colleague, "Ouvrir le compte"))
    colleague.go("/bureau/livraisons")
    colleague.go("/bureau/equipe", status=403)

    office.press(link(office, "Inès Faure"))
    office.page.get_by_label("Équipe comptable").check()
    office.press(button(office, "Voir ce qui change"))
    expect(main(office)).to_contain_text("Pages gagnées")
    office.press(button(office, "Mettre en vigueur"))
    says(office, "Les rôles sont enregistrés")
    colleague.go("/bureau/factures")

    office.press(link(office, "Suspendre le compte"))
    fill(office, reason="Fin de mission")
    office.press(button(office, "Suspendre le compte"))
    says(office, "Le compte est suspendu")
    colleague.go("/bureau")
    headed(colleague, "Se connecter")
