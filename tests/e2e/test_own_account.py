"""A person's own account: a registration corrected, a password forgotten, another address."""

from playwright.sync_api import expect

from tests.e2e.gestures import button, fill, headed, link, main, new_address, says
from tests.e2e.joining import A_PASSWORD, activate, path_in, register
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People

ANOTHER = "un tambour, deux vélos, du persil"


def test_an_account_is_opened_and_its_password_and_address_change(
    people: People, shop: LiveShop
) -> None:
    person, mistyped, address, newer = people.arrive(), new_address(), new_address(), new_address()
    register(person, mistyped, "Claude Vasseur", status=200)
    headed(person, "Ouvrez votre e-mail")
    person.press(link(person, "Corriger l’adresse"))
    expect(person.page.locator("[name=name]")).to_have_value("Claude Vasseur")
    fill(person, email=address, password="azertyuiop2026")
    person.press(button(person, "Ouvrir mon compte"), status=422)
    expect(person.page.get_by_role("alert")).to_contain_text("clavier")
    fill(person, password=A_PASSWORD)
    person.press(button(person, "Ouvrir mon compte"))
    person.press(button(person, "Le renvoyer"))
    says(person, "l’e-mail est reparti")
    activate(person, shop, address)
    headed(person, "Mon compte")

    person.press(link(person, "Changer mon adresse e-mail"))
    fill(person, email=newer, password=A_PASSWORD)
    person.press(button(person, "Envoyer l’e-mail"))
    shop.work()
    assert shop.box.to(address, newer), "the present address is told"
    person.go(path_in(shop.box.to(newer)[-1], "compte/adresse-electronique"))
    person.press(button(person, "Utiliser la nouvelle adresse"))
    expect(main(person)).to_contain_text(newer)

    elsewhere = people.arrive()
    elsewhere.go("/connexion")
    elsewhere.press(link(elsewhere, "Mot de passe oublié"))
    fill(elsewhere, email=newer)
    elsewhere.press(button(elsewhere, "Envoyer l’e-mail"))
    headed(elsewhere, "Ouvrez votre e-mail")
    shop.work()
    to_new_password = path_in(
        shop.box.to(newer, "nouveau-mot-de-passe")[-1], "nouveau-mot-de-passe"
    )
    elsewhere.go(to_new_password)
    fill(elsewhere, password="motdepasse2026")
    elsewhere.press(button(elsewhere, "Enregistrer ce mot de passe"), status=422)
    fill(elsewhere, password=ANOTHER)
    elsewhere.press(button(elsewhere, "Enregistrer ce mot de passe"))
    headed(elsewhere, "Se connecter")
    elsewhere.go(to_new_password, status=410)
    person.go("/compte")
    headed(person, "Se connecter")
    fill(person, email=newer, password=ANOTHER)
    person.press(main(person).get_by_role("button", name="Se connecter"))
    headed(person, "Mon compte")
    person.press(link(person, "Changer mon mot de passe"))
    fill(person, present=ANOTHER, password=A_PASSWORD)
    person.press(button(person, "Changer mon mot de passe"))
    says(person, "Votre mot de passe est changé")


def test_an_e_mail_opened_elsewhere_asks_for_the_password(people: People, shop: LiveShop) -> None:
    person, address = people.arrive(), new_address()
    register(person, address, "Claude Vasseur")
    shop.work()
    path, other = path_in(shop.box.to(address)[-1], "activation"), people.arrive()
    other.go(path)
    fill(other, password="ce n’est pas le bon")
    other.press(button(other, "Ouvrir mon compte"), status=422)
    fill(other, password=A_PASSWORD)
    other.press(button(other, "Ouvrir mon compte"))
    headed(other, "Mon compte")
    person.go(path, status=410)
    headed(person, "Un autre e-mail")
