"""The letters to the members of an organisation say who decided what, in the reader's language."""

import pytest

from shop.ground.mailing import write_letter

FACTS = {
    "name": "Marc Lefèvre",
    "organisation": "Commune d’Ambert",
    "by_name": "Claire Marchand",
    "by_office": False,
    "roles": ["buyer", "accountant"],
    "opens": ["List the invoices and export them"],
    "only": "Médiathèque",
    "person": "Marc Lefèvre",
    "function": "régisseur",
    "email": "marc@ambert.example",
    "expires": "2026-11-25",
    "token": "abc",
}
WORDS = {
    "invitation": ("Claire Marchand", "/invitations/abc", "Médiathèque", "2026"),
    "joining_asked": ("marc@ambert.example", "/account/organisation/team"),
    "member_let_in": ("Claire Marchand", "Médiathèque"),
    "member_not_let_in": ("Commune d’Ambert",),
    "member_removed": ("Claire Marchand",),
    "member_rights_changed": ("Claire Marchand", "Médiathèque"),
    "member_appointed": ("/account/organisation/team",),
}


@pytest.mark.parametrize("template", WORDS)
@pytest.mark.parametrize(("language", "hello"), [("fr", "Bonjour"), ("en", "Hello")])
def test_a_member_is_told_by_letter(template: str, language: str, hello: str):
    letter = write_letter(template, FACTS, language=language, public_url="http://shop.example")
    assert "Commune d’Ambert" in letter.subject
    assert letter.body.startswith(hello)
    for word in WORDS[template]:
        assert word in letter.body


@pytest.mark.parametrize("template", ["member_let_in", "member_not_let_in", "member_removed"])
def test_a_decision_of_the_office_names_the_office(template: str):
    letter = write_letter(
        template, FACTS | {"by_office": True}, language="en", public_url="http://shop.example"
    )
    assert "Our office" in letter.body and "Claire Marchand" not in letter.body


@pytest.mark.parametrize(
    ("language", "rights"),
    [
        ("fr", "- Lister les factures et les exporter"),
        ("en", "- List the invoices and export them"),
    ],
)
def test_the_rights_are_told_in_words(language: str, rights: str):
    letter = write_letter("invitation", FACTS, language=language, public_url="http://shop.example")
    assert rights in letter.body
