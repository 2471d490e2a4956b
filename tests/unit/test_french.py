"""The French of the catalogue: sentences stay right whatever value is inserted.

A value has a gender, a number and a first letter that the sentence does not know: « Commune de
Bellême » wants an article, « Alençon » an elided word, « la facture » a participle in the feminine.
"""

import re
from collections.abc import Iterator

import pytest

from shop.core.paths import ROOT
from shop.translations.catalogue import read_french

#: Values that are names: of organisations, of people and of things.
ORGANISATION = r"%\((?:organisation|body)\)s"
NAME = r"%\((?:name|body|organisation|customer|person|town|place|file|product|browser|service)\)s"
#: A name of an organisation after its noun, or as a label.
NAMED = re.compile(
    rf"organisme,?\s{ORGANISATION}|^{ORGANISATION}\s:\s|\s:\s{ORGANISATION}$|, {ORGANISATION}$"
)
#: What is wrong before or after a value, and an example of it.
WRONG = {
    "a word that is elided or contracted before some names": re.compile(
        rf"\b(?:de|du|des|que|lorsque|puisque|le|la|chez)\s{NAME}", re.I
    ),
    "an adjective or participle that would agree with a name": re.compile(
        rf"{NAME}\s(?:est|sera|était|a été|n’est pas)\s(?!de\s|en\s)", re.I
    ),
    "a participle apart from its noun": re.compile(
        r"%\(\w+\)s,\s(?:reçu|établi|émis|envoyé|expédié|créé|remplacé)e?s?\sle\b"
    ),
    "a limit said twice": re.compile(r"\b(?:avant|d’ici|au plus tard)\b[^.;:]*\binclus"),
    "another word for e-mail": re.compile(r"\bcourriels?\b|\bmèls?\b", re.I),
}


def french() -> Iterator[str]:
    """Each text of the catalogue, and each form of those with a plural."""
    for message in read_french():
        if message.id:
            yield from [message.string] if isinstance(message.string, str) else message.string


def unnamed(text: str) -> bool:
    """Whether the name of an organisation stands without its noun."""
    return bool(re.search(ORGANISATION, NAMED.sub("", text)))


def wrong(text: str, kind: str) -> bool:
    """Whether a text has that fault; an organisation after its noun is a noun like another."""
    return bool(WRONG[kind].search(re.sub(rf"organisme,?\s{ORGANISATION}", "organisme", text)))


def test_an_organisation_is_named_after_its_noun_or_as_a_label() -> None:
    assert not [text for text in french() if unnamed(text)]


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_no_sentence_is_right_for_some_values_only(kind: str) -> None:
    assert not [text for text in french() if wrong(text, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "Vous achetez pour %(organisation)s.",
        "%(body)s n’est pas vérifié",
        "Les conditions de %(organisation)s sont enregistrées.",
    ],
)
def test_a_name_without_its_noun_is_found(text: str) -> None:
    assert unnamed(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("a word that is elided or contracted before some names", "celui de %(town)s\u00a0: non"),
        ("an adjective or participle that would agree with a name", "%(name)s est épuisé."),
        ("a participle apart from its noun", "%(kind)s, %(size)s, reçu le %(day)s"),
        ("a limit said twice", "avant le %(day)s inclus"),
        ("another word for e-mail", "avertie par courriel"),
    ],
)
def test_such_a_fault_is_found(kind: str, text: str) -> None:
    assert wrong(text, kind)


def test_the_name_of_an_organisation_is_a_value_of_its_own() -> None:
    """A value called `name` is that of a person or of a thing."""
    given = re.compile(r"[(,]\s*name=(?:organisation\.name|\w+\.organisation_name)\b")
    found = [
        f"{path.name}: {call[0]}"
        for folder in ("templates", "shop/web", "checkout/web", "quotes/web")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".html", ".txt")
        for call in given.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found
