"""The table of territories, and the postal codes of towns."""

import pytest

from shop.core.parties import Place
from shop.places.countries import COUNTRIES, countries
from shop.places.postal_codes import may_agree, towns_of
from shop.places.rules import (
    TERRITORIES,
    PlaceNotServed,
    ensure_served,
    territory_of,
)

#: A postal code of every family, with its territory, and whether the shop delivers there.
FAMILIES = [
    ("01000", "mainland", True),
    ("37500", "mainland", True),
    ("75008", "mainland", True),
    ("95880", "mainland", True),
    ("38027", "mainland", True),  # a CEDEX code
    ("00100", "armed_forces", True),
    ("00810", "armed_forces", True),
    ("20000", "corsica", True),
    ("20137", "corsica", True),
    ("20620", "corsica", True),
    ("98000", "monaco", True),
    ("98025", "monaco", True),  # a CEDEX code of Monaco
    ("97110", "guadeloupe", False),
    ("97180", "guadeloupe", False),
    ("97133", "saint_barthelemy", False),
    ("97150", "saint_martin", False),
    ("97200", "martinique", False),
    ("97300", "guyane", False),
    ("97400", "reunion", False),
    ("97500", "saint_pierre_et_miquelon", False),
    ("97600", "mayotte", False),
    ("97700", "saint_barthelemy", False),
    ("97800", "saint_martin", False),
    ("98413", "southern_lands", False),
    ("98600", "wallis_et_futuna", False),
    ("98700", "french_polynesia", False),
    ("98800", "new_caledonia", False),
    ("96000", "nowhere", False),
    ("97900", "nowhere", False),
    ("98100", "nowhere", False),
    ("98900", "nowhere", False),
    ("99000", "nowhere", False),
    ("99999", "nowhere", False),
]


@pytest.mark.parametrize(("code", "key", "served"), FAMILIES)
def test_a_postal_code_has_its_territory(code: str, key: str, served: bool):
    found = territory_of("FR", code)
    assert (found.key, found.is_served) == (key, served)
    place = Place("Salle", "1, rue du Stade", code, "Ville")
    if served:
        ensure_served(place)
    else:
        with pytest.raises(PlaceNotServed) as refusal:
            ensure_served(place)
        assert refusal.value.facts == {"place": f"{code} Ville"}


def test_every_territory_has_a_postal_code_or_a_country_of_its_own():
    reached = {key for _code, key, _served in FAMILIES}
    reached |= {territory_of(code, "").key for code in COUNTRIES if code != "FR"}
    assert reached == {one.key for one in TERRITORIES}


def test_every_postal_code_of_the_list_has_a_territory():
    codes = [f"{number:05d}" for number in range(100_000)]
    listed = [code for code in codes if towns_of(code)]
    assert len(listed) == 6310
    assert not [code for code in listed if territory_of("FR", code).key == "nowhere"]


def test_monaco_is_served_by_either_country_and_no_other_country_is():
    served = {code for code in COUNTRIES if territory_of(code, "98000").is_served}
    assert served == {"FR", "MC"}
    assert territory_of("BE", "37500").key == "european_union"
    assert territory_of("CH", "37500").key == "abroad"
    assert territory_of("RE", "97400") is territory_of("FR", "97400")


def test_a_territory_is_served_only_with_french_vat_or_a_confirmed_treatment():
    for one in TERRITORIES:
        assert not one.is_served or one.vat.is_french or one.vat.confirmed_on
        assert one.vat.is_french or one.vat.mention
    overseas = ("guadeloupe", "martinique", "guyane", "reunion", "mayotte")
    found = {one.key: one.vat for one in TERRITORIES}
    assert {(found[key].category, "294" in found[key].mention) for key in overseas} == {("G", True)}


def test_a_territory_that_is_served_has_a_price_for_every_weight():
    for one in TERRITORIES:
        for weight_g in (0, 5_000, 5_001, 30_000, 30_001, 10_000_000):
            if one.is_served:
                assert one.rate_for(weight_g).including.cents > 0
                assert one.rate_for(weight_g, bulky=True).method == "pallet"
            else:
                with pytest.raises(ValueError, match=one.key):
                    one.rate_for(weight_g)


def test_countries_are_named_with_france_first():
    names = countries("fr")
    assert names[:2] == (("FR", "France"), ("MC", "Monaco"))
    assert dict(names)["BE"] == "Belgique"
    assert dict(countries("en"))["DE"] == "Germany"
    assert not [code for code, name in names if code == name or len(code) != 2]
    assert len(names) == len(COUNTRIES)


def test_the_country_is_the_last_line_of_an_address_abroad_only():
    place = Place("Salle", "1, rue du Stade", "37500", "Chinon")
    assert place.lines == ["1, rue du Stade", "37500 Chinon"]
    assert Place("Salle", "Rue 1", "1000", "Bruxelles", country="BE").lines[-1] == "BELGIQUE"
    assert Place("Salle", "Rue 1", "98000", "Monaco", country="MC").lines[-1] == "MONACO"


AGREE = [
    ("37500", "Chinon"),
    ("37500", "CHINON"),
    ("61000", "alencon"),
    ("71100", "Chalon"),
    ("71100", "Chalon s/ Saône"),
    ("51480", "Oeuilly"),
    ("93200", "St-Denis"),
    ("75012", "Paris"),
    ("75012", "Paris 12e"),
    ("69007", "Lyon 7e arrondissement"),
    ("13001", "Marseille"),
    ("72000", "Mans"),
    ("97400", "Saint-Denis"),
    ("97133", "Saint-Barthélemy"),
    ("20000", "Ajaccio"),
    ("38027", "Grenoble CEDEX 1"),
    ("92055", "Paris La Défense Cedex"),
    ("00100", "Armées"),
    ("98000", "Monaco"),
    ("98000", "Monte-Carlo"),
]
DISAGREE = [
    ("37500", "Alençon"),
    ("37501", "Chinon"),
    ("61000", "Paris"),
    ("99999", "Nulle"),
    ("93200", "Saint-Ouen"),
    ("75012", "Lyon"),
    ("37500", "-"),
]


@pytest.mark.parametrize(("code", "town"), AGREE)
def test_a_town_of_the_postal_code_is_not_asked_about(code: str, town: str):
    assert may_agree(code, town)


@pytest.mark.parametrize(("code", "town"), DISAGREE)
def test_a_town_that_has_another_postal_code_is_asked_about(code: str, town: str):
    assert not may_agree(code, town)


def test_towns_abroad_are_not_compared():
    assert may_agree("1000", "Bruxelles", country="BE")


def test_every_country_has_the_treatment_of_its_territory():
    own = {
        **{"MC": "monaco", "GP": "guadeloupe", "MQ": "martinique", "GF": "guyane"},
        **{"RE": "reunion", "YT": "mayotte", "PM": "saint_pierre_et_miquelon"},
        **{"BL": "saint_barthelemy", "MF": "saint_martin", "TF": "southern_lands"},
        **{"WF": "wallis_et_futuna", "PF": "french_polynesia", "NC": "new_caledonia"},
    }
    member_states = [
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    ]
    own |= dict.fromkeys(member_states, "european_union")
    own |= dict.fromkeys(("CH", "GB", "US"), "abroad")
    assert {code: territory_of(code, "1000").key for code in own} == own
