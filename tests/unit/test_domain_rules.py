"""E-mail domains: whose they are, and which looks like another."""

import pytest

from shop.members import domain_rules
from shop.members.domain_rules import (
    NotAnOwnDomain,
    distance,
    domain_of,
    ensure_own,
    folded_domain,
    is_free_mail,
    is_shared,
    resemblance,
)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("claire@chinon.fr", "chinon.fr"),
        ("Claire@Ville-Chinon.FR ", "ville-chinon.fr"),
        ('"a@b"@chinon.fr', "chinon.fr"),
        ("claire@chinon.fr.", "chinon.fr"),
        ("claire@évreux.fr", "xn--vreux-9ra.fr"),
        ("no address", ""),
    ],
)
def test_the_domain_is_what_follows_the_last_at(email: str, domain: str) -> None:
    assert domain_of(email) == domain


@pytest.mark.parametrize(
    "typed", ["chinon.fr", "@chinon.fr", "https://www.chinon.fr/mairie", " WWW.chinon.fr. "]
)
def test_a_domain_is_read_as_it_is_pasted(typed: str) -> None:
    assert folded_domain(typed) == "chinon.fr"


@pytest.mark.parametrize(
    "domain",
    [
        *("orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "neuf.fr", "bbox.fr"),
        *("gmail.com", "outlook.com", "outlook.fr", "hotmail.fr", "yahoo.fr", "icloud.com"),
        *("proton.me", "protonmail.com", "yopmail.com", "x.yopmail.com"),
    ],
)
def test_a_domain_where_anybody_has_an_address_never_counts(domain: str) -> None:
    assert is_free_mail(domain)
    with pytest.raises(NotAnOwnDomain):
        ensure_own(domain)


@pytest.mark.parametrize("domain", ["ac-lyon.fr", "gouv.fr", "fr", "education.gouv.fr", ""])
def test_a_domain_of_many_bodies_is_nobodys_own(domain: str) -> None:
    assert is_shared(domain)
    with pytest.raises(NotAnOwnDomain):
        ensure_own(domain)


@pytest.mark.parametrize(
    "domain",
    ["chinon.fr", "ville-orange.fr", "notfree.fr", "indre-et-loire.gouv.fr", "chu-tours.fr"],
)
def test_a_bodys_own_domain_counts(domain: str) -> None:
    ensure_own(domain)


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("ville-chinon.com", domain_rules.OTHER_ENDING),
        ("ville-chinon.gouv.fr", domain_rules.OTHER_ENDING),
        ("ville-ch1non.fr", domain_rules.SAME_DRAWING),
        ("viile-chinon.fr", domain_rules.SAME_DRAWING),
        ("mairie-chinon.fr", domain_rules.ADDED_WORD),
        ("chinon.fr", domain_rules.ADDED_WORD),
        ("villechinon.fr", domain_rules.ADDED_WORD),
        ("ville-chinon-officiel.fr", domain_rules.ADDED_WORD),
        ("ville-chinnon.fr", domain_rules.FEW_LETTERS),
        ("ville-chnion.fr", domain_rules.FEW_LETTERS),
        ("ville-chinon.fr.paiement.com", domain_rules.WRAPPED),
        ("ville-chinon-fr.com", domain_rules.WRAPPED),
        ("ville-tours.fr", None),
        ("ville-chinon.fr", None),
        ("mail.ville-chinon.fr", None),
        ("", None),
    ],
)
def test_what_looks_like_the_domain_of_a_town(domain: str, why: str | None) -> None:
    assert resemblance(domain, "ville-chinon.fr") == why


def test_m_and_rn_look_alike_and_so_do_0_and_o() -> None:
    assert resemblance("rnontreuil.fr", "montreuil.fr") == domain_rules.SAME_DRAWING
    assert resemblance("m0ntreuil.fr", "montreuil.fr") == domain_rules.SAME_DRAWING


def test_short_names_are_not_alike_for_two_letters() -> None:
    assert resemblance("dole.fr", "dax.fr") is None
    assert resemblance("tours.fr", "torcy.fr") is None


def test_a_distance_counts_letters_and_stops_at_its_most() -> None:
    assert distance("chinon", "chinon", most=2) == 0
    assert distance("chinon", "chiinon", most=2) == 1
    assert distance("chinon", "chnion", most=2) == 1
    assert distance("chinon", "chateau", most=2) == 3
