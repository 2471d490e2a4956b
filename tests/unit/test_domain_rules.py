"""E-mail domains: to whom they belong, and which one resembles another."""

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
from shop.people.rules import Profile


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


def test_long_names_are_alike_for_two_letters_and_not_for_three() -> None:
    assert resemblance("montrebull.fr", "montreuil.fr") == domain_rules.FEW_LETTERS
    assert resemblance("montrabull.fr", "montreuil.fr") is None


def test_a_distance_counts_letters_and_stops_at_its_most() -> None:
    assert distance("chinon", "chinon", most=2) == 0
    assert distance("chinon", "chiinon", most=2) == 1
    assert distance("chinon", "chnion", most=2) == 1
    assert distance("chinon", "chateau", most=2) == 3


@pytest.mark.parametrize(
    "typed",
    ["mailto://chinon.fr", "chinon.fr:443", "https://x@chinon.fr:443/a:b/", ".chinon.fr"],
)
def test_what_stands_around_a_domain_is_left_out(typed: str) -> None:
    assert folded_domain(typed) == "chinon.fr"


def test_a_name_that_cannot_travel_stays_as_it_was_typed() -> None:
    name = f"{'é' * 70}.fr"
    assert folded_domain(name) == name
    assert folded_domain("www.www.fr") == "www.fr"


@pytest.mark.parametrize("domain", ["ac-lyon.com", "acdc.fr", "lyon.fr", "fr.com"])
def test_only_an_academys_french_domain_is_shared(domain: str) -> None:
    assert not is_shared(domain)


def test_the_refusal_names_the_domain() -> None:
    with pytest.raises(NotAnOwnDomain) as refused:
        ensure_own("orange.fr")
    assert refused.value.facts == {"domain": "orange.fr"}


@pytest.mark.parametrize(
    "word",
    [
        *("agglo", "cc", "ccas", "collectivite", "communaute", "commune", "contact", "cr", "de"),
        *("departement", "dept", "fr", "france", "gouv", "mairie", "metropole", "officiel"),
        *("region", "service", "services", "ville", "web"),
    ],
)
def test_a_word_that_bodies_put_around_their_name_makes_no_other_body(word: str) -> None:
    assert resemblance(f"{word}-montreuil.fr", "montreuil.org") == domain_rules.ADDED_WORD
    assert resemblance(f"montreuil-{word}.fr", "montreuil.org") == domain_rules.ADDED_WORD


def test_any_other_word_makes_another_body() -> None:
    assert resemblance("lycee-montreuil.fr", "montreuil.fr") is None


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        *zip("0135іоасеурхѕјԁɡαορν", "olesloaceypxsldgaopv", strict=True),
        ("rn", "m"),
        ("vv", "w"),
        ("cl", "d"),
        ("i", "l"),
        ("j", "l"),
        ("É", "e"),
        ("xn--vreux-9ra", "evreux"),
        ("xn--", "xn--"),
    ],
)
def test_a_sign_is_read_like_the_one_that_it_resembles(drawn: str, read: str) -> None:
    assert domain_rules.drawing(drawn) == read


def test_a_name_that_is_no_punycode_is_read_as_it_stands() -> None:
    assert domain_rules.drawing("xn--é") == "xn--e"


@pytest.mark.parametrize(
    "ending", ["aeroport.fr", "cci.fr", "notaires.fr", "medecin.fr", "port.fr", "gouv.fr"]
)
def test_a_long_ending_is_not_the_name(ending: str) -> None:
    assert resemblance(f"tours.{ending}", f"nevers.{ending}") is None
    assert resemblance(f"a.tours.{ending}", f"b.tours.{ending}") is None
    assert resemblance(f"tours.{ending}", "tours.fr") == domain_rules.OTHER_ENDING


def test_an_empty_domain_resembles_none() -> None:
    assert resemblance("chinon.fr", "") is None
    assert resemblance("", "") is None


@pytest.mark.parametrize(
    ("domain", "known", "why"),
    [
        ("mail-chinon.fr.evil.com", "chinon.fr", None),
        ("a.chinon.fr.evil.com", "chinon.fr", domain_rules.WRAPPED),
        ("chinon-fr.evil.com", "chinon.fr", domain_rules.WRAPPED),
        ("chinon-france.com", "chinon.fr", domain_rules.ADDED_WORD),
        ("saumur.fr", "samur.fr", domain_rules.FEW_LETTERS),
        ("saumur.fr", "semur.fr", None),
        ("montreuil.fr", "montreal.fr", domain_rules.FEW_LETTERS),
        ("saumurs.fr", "saumons.fr", domain_rules.FEW_LETTERS),
        ("saumur.fr", "saumons.fr", None),
        ("apt.fr", "art.fr", None),
        ("abcd.fr", "abce.fr", domain_rules.FEW_LETTERS),
        ("villemontreuil.fr", "montreuil.fr", domain_rules.ADDED_WORD),
        ("montreuilmairie.fr", "montreuil.fr", domain_rules.ADDED_WORD),
        ("villedax.fr", "dax.fr", None),
        ("villeabcd.fr", "abcd.fr", domain_rules.ADDED_WORD),
        ("la-ville.fr", "la-mairie.fr", domain_rules.ADDED_WORD),
        ("ville.fr", "commune.fr", None),
    ],
)
def test_two_names_are_compared_as_a_reader_would(domain: str, known: str, why) -> None:
    assert resemblance(domain, known) == why


@pytest.mark.parametrize(
    ("one", "other", "most", "found"),
    [
        ("", "", 2, 0),
        ("", "ab", 2, 2),
        ("ab", "", 1, 2),
        ("abc", "abcdef", 2, 3),
        ("abcd", "abcd", 0, 0),
        ("abcd", "abdc", 2, 1),
        ("abcd", "badc", 2, 2),
        ("abcd", "bcd", 2, 1),
        ("abcd", "abcde", 2, 1),
        ("abcd", "xbcd", 2, 1),
        ("abcd", "xycd", 2, 2),
        ("abcd", "wxyz", 2, 3),
        ("abcd", "wxyz", 9, 4),
        ("ca", "abc", 9, 3),
        ("kitten", "sitting", 9, 3),
        ("abcdef", "fbcdea", 9, 2),
    ],
)
def test_added_removed_changed_and_swapped_letters_are_counted(one, other, most, found) -> None:
    assert distance(one, other, most=most) == found
    assert distance(other, one, most=most) == found


def test_a_person_reads_french_unless_they_say_otherwise():
    assert Profile("Léa Petit") == Profile("Léa Petit", "", "", "fr")
