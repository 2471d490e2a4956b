"""How words are compared, corrected and stemmed."""

from hypothesis import given
from hypothesis import strategies as st

from shop.catalogue.words import asked_terms, likeness, stem, surfaces, terms
from shop.core.folding import fold


def test_accents_and_capitals_do_not_count():
    assert fold("Éclairage À la française, œuvre") == "eclairage a la francaise, oeuvre"


def test_a_plural_finds_its_singular():
    pairs = [
        ("enceinte", "enceintes"),
        ("canal", "canaux"),
        ("panneau", "panneaux"),
        ("cable", "cables"),
        ("amplifie", "amplifiees"),
        ("actuel", "actuelles"),
        ("micro", "micros"),
    ]
    for singular, plural in pairs:
        assert stem(singular) == stem(plural), (singular, plural)


def test_a_model_number_is_left_as_it_is():
    assert terms("Arpège 12A, DMX 512") == ["arpeg", "12a", "dmx", "512"]


def test_stop_words_are_left_out_unless_there_are_no_others():
    assert asked_terms("micro pour la scène") == ["micro", "scen"]
    assert asked_terms("de la") == ["de", "la"]


def test_son_is_not_a_stop_word():
    assert asked_terms("son") == ["son"]


def test_a_vocabulary_shows_words_as_they_are_written():
    assert surfaces("Enceinte active Éclairée 12A")["eclair"] == "éclairée"


def test_a_similar_word_has_a_high_likeness_and_another_one_a_low():
    assert likeness("encint", "enceint") > 0.3
    assert likeness("trompet", "enceint") < 0.2


@given(st.text(max_size=300))
def test_whatever_is_typed_becomes_a_few_plain_words(query: str):
    found = asked_terms(query)
    assert len(found) <= 8
    assert all(word.isascii() and word.isalnum() for word in found)
