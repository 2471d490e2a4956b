"""The home page: what a version has, on which days its banner is shown, what is refused."""

from datetime import date, timedelta

import pytest

from shop.home.rules import (
    DELIVERED,
    Banner,
    BannerOver,
    BannerTurned,
    BannerUndated,
    BannerUntold,
    HomeContent,
    LinkForeign,
    ProductTwice,
    banner_from,
    ensure_different,
    ordered,
    read,
    written,
)

TODAY = date(2026, 11, 18)
TOMORROW = TODAY + timedelta(days=1)
WORDS = ("Fermé lundi.", "Closed on Monday.")
DAYS = (TODAY, TOMORROW)
PLACES = {"son": None, "lumiere": None, "video": None}


def test_departments_stand_in_the_order_of_their_places():
    assert ordered(PLACES | {"video": 1, "son": 2}) == ("video", "son")
    assert ordered(PLACES | {"video": 1, "lumiere": 1}) == ("lumiere", "video")


def test_the_whole_catalogue_in_its_own_order_is_that_of_no_places():
    assert ordered(PLACES) == ()
    assert ordered({"son": 3, "lumiere": 5, "video": 9}) == ()


def test_a_banner_is_shown_from_its_first_to_its_last_day():
    content = HomeContent(banner=Banner(*WORDS, *DAYS))
    days = [TODAY + timedelta(days=one) for one in (-1, 0, 1, 2)]
    assert [content.banner_on(day) is not None for day in days] == [False, True, True, False]
    assert DELIVERED.banner_on(TODAY) is None


def test_a_banner_says_its_sentence_in_the_language_of_the_reader():
    banner = Banner(*WORDS, *DAYS)
    assert (banner.told("fr"), banner.told("en")) == WORDS


def test_nothing_typed_is_no_banner():
    assert banner_from(("", ""), (None, None), "", TODAY) is None


@pytest.mark.parametrize(
    ("words", "days", "refusal", "field"),
    [
        (("", WORDS[1]), DAYS, BannerUntold, "french"),
        ((WORDS[0], ""), DAYS, BannerUntold, "english"),
        (("", ""), DAYS, BannerUntold, "french"),
        (WORDS, (None, TOMORROW), BannerUndated, "first"),
        (WORDS, (TODAY, None), BannerUndated, "last"),
        (WORDS, (TOMORROW, TODAY), BannerTurned, "last"),
        (WORDS, (date(2026, 1, 1), date(2026, 1, 2)), BannerOver, "last"),
    ],
)
def test_a_banner_that_lacks_words_or_days_is_refused_at_that_field(words, days, refusal, field):
    with pytest.raises(refusal) as told:
        banner_from(words, days, "", TODAY)
    assert told.value.facts["field"] == field


@pytest.mark.parametrize(
    "link",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "/\\ailleurs.example",
        "\\/ailleurs.example",
        "javascript:alert(1)",
        "livraison",
        "/livraison ici",
        "/livraison\t",
    ],
)
def test_a_link_out_of_the_shop_is_refused(link: str):
    with pytest.raises(LinkForeign):
        banner_from(WORDS, DAYS, link, TODAY)


@pytest.mark.parametrize("link", ["", "/", "/livraison", "/recherche?q=micro#liste"])
def test_a_link_inside_the_shop_is_kept(link: str):
    banner = banner_from(WORDS, DAYS, link, TODAY)
    assert banner is not None and banner.link == link


def test_a_product_is_put_forward_once():
    ensure_different((4, 7), ("A", "B"))
    with pytest.raises(ProductTwice) as told:
        ensure_different((4, 7, 4), ("A", "B", "a"))
    assert told.value.facts == {"place": 3, "reference": "a"}


@pytest.mark.parametrize(
    "content",
    [DELIVERED, HomeContent(("son",), (7, 4), Banner(*WORDS, *DAYS, "/livraison"))],
    ids=["delivered", "full"],
)
def test_a_version_is_read_as_it_was_written(content: HomeContent):
    assert read(written(content)) == content


def test_french_signs_of_a_banner_keep_their_space():
    banner = Banner("Fin d’année : « devis » en ligne", "", *DAYS)
    assert banner.told("fr") == "Fin d’année\u00a0: «\u00a0devis\u00a0» en ligne"
