"""The shop's own words in an e-mail: what may be filled in, and what is refused. Pure rules."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shop.core.errors import N_, Changed, DomainError
from shop.core.text import kept_spaces, one_line

#: Characters of a subject, which a mailbox shows in one line, and of a few paragraphs.
LONGEST_SUBJECT, LONGEST_WORDS = 120, 1_500
#: The parts of the words of a language, in the order of the e-mail.
PARTS = ("subject", "introduction", "closing")
LANGUAGES = ("fr", "en")
_NAME = re.compile(r"\{([a-z_]+)\}")
#: What stands between two braces, or a brace alone.
_BRACED = re.compile(r"\{[^{}\n]{0,40}\}|[{}]")
_TAG = re.compile(r"</?[a-zA-Z!]")
_GAP = re.compile(r"\n\s*\n")


class WordsRefused(DomainError):
    """Words that cannot be published: `language` and `part` are where they stand."""

    sentence = N_("Check this answer.")
    status = 422


class UnknownPlaceholder(WordsRefused):
    sentence = N_("%(typed)s cannot be filled in here. What can be: %(allowed)s.")


class NothingToFillIn(WordsRefused):
    sentence = N_("%(typed)s cannot be filled in: this e-mail has nothing to fill in.")


class WordsHaveHtml(WordsRefused):
    sentence = N_("HTML would be shown as it is typed. Write plain words.")


class OwnWordsTooLong(WordsRefused):
    sentence = N_("These words have at most %(most)s characters.")


class OtherLanguageMissing(WordsRefused):
    sentence = N_("Write these words in both languages, or in none.")


class SubjectFixed(WordsRefused):
    sentence = N_("The subject of this e-mail is the shop’s own.")


class SameWords(DomainError):
    sentence = N_("The e-mail has exactly these words: nothing would change.")
    status = 422


class WordsChanged(Changed):
    sentence = N_(
        "Another person has published words meanwhile. Compare them with what you typed, then "
        "preview the e-mail again."
    )


@dataclass(frozen=True, slots=True)
class Words:
    """The shop's own words of an e-mail in a language, as they were typed; an empty part is what
    the shop is delivered with: its subject, and nothing more.
    """

    subject: str = ""
    introduction: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an e-mail in both languages."""

    french: Words = Words()
    english: Words = Words()

    def told(self, language: str) -> Words:
        return self.french if language == "fr" else self.english


#: The words that the shop is delivered with: none of its own.
DELIVERED = Wording()
#: The words in force, by the template of the e-mail.
Wordings = Mapping[str, Wording]


def mistakes_of(
    wording: Wording, allowed: Collection[str], *, has_subject: bool
) -> list[WordsRefused]:
    """What is wrong, one mistake for each part that has one; words without any can be published.
    `allowed` are the names of what may be filled in.
    """
    places = ((language, part) for language in LANGUAGES for part in PARTS)
    found = (_mistake(wording, place, allowed, has_subject) for place in places)
    return [one for one in found if one is not None]


def _mistake(
    wording: Wording, at: tuple[str, str], allowed: Collection[str], has_subject: bool
) -> WordsRefused | None:
    language, part = at
    place = {"language": language, "part": part}
    typed = getattr(wording.told(language), part)
    other = getattr(wording.told("en" if language == "fr" else "fr"), part)
    most = LONGEST_SUBJECT if part == "subject" else LONGEST_WORDS
    if part == "subject" and typed and not has_subject:
        return SubjectFixed(**place)
    if other and not typed:
        return OtherLanguageMissing(**place)
    if len(typed) > most:
        return OwnWordsTooLong(most=most, **place)
    if _TAG.search(typed):
        return WordsHaveHtml(**place)
    unknown = find_unknown(typed, allowed)
    if unknown is None:
        return None
    if not allowed:
        return NothingToFillIn(typed=unknown, **place)
    return UnknownPlaceholder(typed=unknown, allowed=listed(allowed), **place)


def listed(names: Collection[str]) -> str:
    """The names of what may be filled in, as they are typed."""
    return ", ".join(f"{{{name}}}" for name in names)


def find_unknown(typed: str, allowed: Collection[str]) -> str | None:
    """The first brace with what follows it that is not the name of what may be filled in."""
    left = _NAME.sub(lambda found: "" if found[1] in allowed else found[0], typed)
    found = _BRACED.search(left)
    return found[0] if found else None


def filled(typed: str, values: Mapping[str, str], language: str) -> str:
    """The words with what is filled in. A paragraph that names a fact which this e-mail does not
    have is left out. What was filled in is never read again.
    """
    said = kept_spaces(typed) if language == "fr" else typed
    paragraphs = (part.strip("\n") for part in _GAP.split(said))
    told = (_paragraph(one, values) for one in paragraphs if one.strip())
    return "\n\n".join(one for one in told if one)


def subject_of(words: Words, values: Mapping[str, str], language: str, otherwise: str) -> str:
    """The subject with what is filled in; that of the shop where there is none of its own."""
    return one_line(filled(words.subject, values, language)) or otherwise


def _paragraph(typed: str, values: Mapping[str, str]) -> str:
    if any(name not in values for name in _NAME.findall(typed)):
        return ""
    return _NAME.sub(lambda found: values[found[1]], typed)


def written(wording: Wording) -> dict[str, Any]:
    """Words as the database and the journal keep them."""
    return asdict(wording)


def read(kept: Mapping[str, Any]) -> Wording:
    """Words from what the database keeps."""
    return Wording(Words(**kept["french"]), Words(**kept["english"]))
