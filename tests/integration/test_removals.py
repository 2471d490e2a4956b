"""Nothing is removed by one press: a page asks before, or what was removed can be put back."""

import pytest

from shop.members.models import Membership
from shop.organisations.models import Address, OrganisationContact
from shop.web.kit.sessions import load_viewer
from tests.factories import make_buyer
from tests.people import sign_in
from tests.teams import make_member

#: Removals that need no page: the cart puts a line back, goods of an earlier cart are named with
#: the question whether they stay, the codes are removed with the password, an interruption of a
#: payment period is taken back with a reason and can be recorded again, a planned price is planned
#: again beside its list, a family and a brand are deleted while nothing is in them and added again,
#: a condition and an organisation leave an agreement while it is drafted and are added again,
#: another link for the person who signs is created beside its list.
NO_PAGE = {
    "/panier/<sku>/retrait",
    "/panier/articles-ajoutes/retirer",
    "/compte/securite/codes/retrait",
    "/bureau/factures/<number>/interruption/annulation",
    "/bureau/produits/<int:product_id>/prix/<int:price_id>/annulation",
    "/bureau/produits/familles/<int:category_id>/suppression",
    "/bureau/produits/marques/<int:brand_id>/suppression",
    "/bureau/devis/<int:client_quote_id>/lignes-libres/<int:line_id>/retrait",
    "/bureau/accords/<int:agreement_id>/conditions/<int:condition_id>/retrait",
    "/bureau/accords/<int:agreement_id>/organismes/<int:organisation_id>/retrait",
    "/devis/<number>/signataires/<int:link_id>/retrait",
}
#: How the address of a removal ends.
ENDS = ("/retrait", "/retirer", "/annulation", "/effacement", "/suppression")


def test_every_removal_has_a_page_that_asks(app):
    rules = list(app.url_map.iter_rules())
    asked = {rule.rule for rule in rules if "GET" in (rule.methods or set())}
    removals = {
        rule.rule
        for rule in rules
        if "POST" in (rule.methods or set()) and rule.rule.endswith(ENDS)
    }
    assert len(removals) > 7
    assert removals - asked == NO_PAGE


@pytest.fixture
def administrator(app, database):
    with database.transaction() as session:
        user_id = make_buyer(session).user_id
    client = app.test_client()
    sign_in(client, user_id)
    return client


def test_an_administrator_is_asked_before_a_colleague_is_removed(database, administrator):
    with database.transaction() as session:
        colleague = make_member(session, "marc@ville.example")
        held = session.query(Membership).filter_by(user_id=colleague.user_id).one().id
    address = f"/compte/organisation/membres/{held}/retrait"
    assert address in administrator.get("/compte/organisation/membres").text
    page = administrator.get(address).text
    assert "Marc Lefèvre" in page
    assert "avertie par e-mail" in page
    with database.reading_session() as session:
        assert load_viewer(session, colleague.user_id).organisation_id is not None
    assert administrator.post(address).status_code == 303
    with database.reading_session() as session:
        assert load_viewer(session, colleague.user_id).organisation_id is None


def test_an_address_and_a_contact_are_removed_after_a_page(database, administrator):
    place = {
        **{"name": "Salle Arletty", "line1": "14, rue du Stade"},
        **{"postal_code": "37500", "city": "Chinon"},
    }
    administrator.post("/compte/adresses/livraison/nouvelle", data=place)
    contact = {"function": "delivery", "name": "Jeanne Roy", "phone": "02 33 00 00 00"}
    administrator.post("/compte/contacts/nouveau", data=contact)
    with database.reading_session() as session:
        address = session.query(Address).one()
        person = session.query(OrganisationContact).one()
    for listed, path, name in (
        ("/compte/adresses", f"/compte/adresses/livraison/{address.id}/retrait", "Salle Arletty"),
        ("/compte/contacts", f"/compte/contacts/{person.id}/retrait", "Jeanne Roy"),
    ):
        assert path in administrator.get(listed).text
        assert name in administrator.get(path).text
        assert name in administrator.get(listed).text
        assert administrator.post(path).status_code == 303
        assert name not in administrator.get(listed).text
