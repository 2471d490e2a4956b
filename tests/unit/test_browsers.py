"""The name of a browser, as its owner would say it."""

import pytest

from shop.signin.browsers import browser_words

GECKO, WEBKIT = "Mozilla/5.0", "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{GECKO} (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows"),
        (f"{GECKO} (Windows NT 10.0) {WEBKIT} Chrome/126.0 Safari/537.36", "Chrome, Windows"),
        (f"{GECKO} (Windows NT 10.0) {WEBKIT} Chrome/126.0 Safari/537 Edg/126", "Edge, Windows"),
        (f"{GECKO} (X11; Linux x86_64) {WEBKIT} Chrome/126.0 Safari/537 OPR/112", "Opera, Linux"),
        (f"{GECKO} (Linux; Android 14) {WEBKIT} Chrome/126.0 Mobile Safari", "Chrome, Android"),
        (f"{GECKO} (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605", "Safari, macOS"),
        (f"{GECKO} (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604", "Safari, iPhone"),
        (f"{GECKO} (iPhone; CPU iPhone OS 17_5 like Mac OS X) CriOS/126 Safari", "Chrome, iPhone"),
        (f"{GECKO} (Windows NT 6.1; Trident/7.0; rv:11.0)", "Internet Explorer, Windows"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_would(said: str, words: str):
    assert browser_words(said) == words
