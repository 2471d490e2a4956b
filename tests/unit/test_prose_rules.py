"""Texts as the office types them: titles, paragraphs, lists, bold words, links."""

from datetime import date

import pytest

from shop.texts.prose_rules import (
    LONGEST,
    Block,
    HasHtml,
    Section,
    Span,
    TextEmpty,
    TextRefused,
    TextTooLong,
    WrongLink,
    WrongTitle,
    ensure_text,
    read_text,
)
from shop.texts.rules import LEGAL, TERMS, Version, latest_of, version_of

TYPED = """Avant tout titre.

## 1. Le vendeur
Nous livrons **vite**, voir
[les délais](/livraison).
- lundi
- mardi
Fin."""


def words(*said: str) -> Block:
    return Block(False, (tuple(Span("text", one) for one in said),))


def test_a_text_is_sections_of_paragraphs_and_lists():
    before, seller = read_text(TYPED)
    assert before == Section("", (words("Avant tout titre."),))
    assert seller.title == "1. Le vendeur"
    paragraph, days, end = seller.blocks
    assert paragraph.items[0] == (
        Span("text", "Nous livrons "),
        Span("strong", "vite"),
        Span("text", ", voir "),
        Span("link", "les délais", "/livraison"),
        Span("text", "."),
    )
    assert (days.is_list, len(days.items)) == (True, 2)
    assert end == words("Fin.")
    ensure_text(TYPED)


@pytest.mark.parametrize(
    ("typed", "refusal", "line"),
    [
        ("  \n", TextEmpty, None),
        ("a" * (LONGEST + 1), TextTooLong, None),
        ("Un.\n<script>alert(1)</script>", HasHtml, 2),
        ("Un.\n\n</p>", HasHtml, 3),
        ("# Titre", WrongTitle, 1),
        ("Un.\n### Titre", WrongTitle, 2),
        ("##", WrongTitle, 1),
        ("[ici](javascript:alert(1))", WrongLink, 1),
        ("[ici](//evil.example)", WrongLink, 1),
        ("[ici](http://shop.example)", WrongLink, 1),
        ("[ici]()", WrongLink, 1),
        ('[ici](/a"onclick)', WrongLink, 1),
        ("Un.\n\n[cliquer\nici](javascript:alert(1))", WrongLink, 4),
        ("**Un\n\n[deux\nmots](//evil.example)**", WrongLink, 4),
        ("[ici](/a\nb)", WrongLink, 1),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_line(
    typed: str, refusal: type[TextRefused], line: int | None
):
    with pytest.raises(refusal) as refused:
        ensure_text(typed)
    assert refused.value.facts.get("line") == line


@pytest.mark.parametrize(
    "typed", ["5 < 6 et 3 > 2", "[a](https://x.example/b?c=1)", "[a](mailto:x@y.example)"]
)
def test_what_can_be_shown_is_not_refused(typed: str):
    ensure_text(typed)


def test_of_the_versions_that_have_begun_the_one_written_last_is_in_force():
    known = [
        Version(TERMS.key, 4, date(2026, 12, 20)),
        Version(TERMS.key, 5, date(2026, 12, 10)),
        Version(LEGAL.key, 2, date(2026, 12, 1)),
    ]
    days = {day: version_of(TERMS, known, date(2026, 12, day)) for day in (9, 10, 21)}
    assert days == {9: 3, 10: 5, 21: 5}
    assert (latest_of(TERMS, known), latest_of(LEGAL, [])) == (5, 1)


def test_a_french_sign_keeps_its_space():
    (section,) = read_text("## Prix : hors taxes\n« Deux mots » ; un lien : [ici](/livraison) !")
    assert section.title == "Prix\u00a0: hors taxes"
    words = "".join(span.words for span in section.blocks[0].items[0])
    assert words == "«\u00a0Deux mots\u00a0»\u00a0; un lien\u00a0: ici\u00a0!"
