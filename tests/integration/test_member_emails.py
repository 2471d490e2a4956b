"""The e-mails to members of an organisation say who decided what, in the reader's language."""

import pytest

from shop.emails.messages import as_html, render_email
from shop.storage.db import Database
from tests.factories import CHINON
from tests.people import LETTERHEAD, register_and_activate
from tests.teams import CLAIRE, emails_to, make_proven_town

FACTS = {
    "name": "Marc Lefèvre",
    "organisation": "Commune d’Ambert",
    "by_name": "Claire Marchand",
    "by_office": False,
    "roles": ["buyer", "accountant"],
    "opens": ["View and export the invoices"],
    "only": "Médiathèque",
    "person": "Marc Lefèvre",
    "function": "régisseur",
    "email": "marc@ambert.example",
    "expires": "2026-11-25",
    "token": "abc",
    "domain": "ambert.example",
    "proven": True,
}
WORDS = {
    "invitation": ("Claire Marchand", "/invitations/abc", "Médiathèque", "2026"),
    "joining_asked": ("marc@ambert.example", "/compte/organisation/membres"),
    "member_let_in": ("Claire Marchand", "Médiathèque"),
    "member_not_let_in": ("Commune d’Ambert",),
    "member_removed": ("Claire Marchand",),
    "member_rights_changed": ("Claire Marchand", "Médiathèque"),
    "member_waits_again": ("marc@ambert.example", "ambert.example", "/compte"),
    "member_left_domain": ("Marc Lefèvre", "/compte/organisation/membres"),
    "member_appointed": ("/compte/organisation/membres",),
}


@pytest.mark.parametrize("template", WORDS)
@pytest.mark.parametrize(("language", "hello"), [("fr", "Bonjour"), ("en", "Hello")])
def test_a_member_gets_an_e_mail_about_each_decision(template: str, language: str, hello: str):
    email = render_email(template, FACTS, language=language, public_url="http://shop.example")
    assert "Commune d’Ambert" in email.subject
    assert email.body.startswith(hello)
    for word in WORDS[template]:
        assert word in email.body


@pytest.mark.parametrize(("proven", "word"), [(True, "admettez"), (False, "recommandez")])
def test_an_administrator_reads_whether_they_may_approve_the_person_who_asks(
    proven: bool, word: str
):
    facts = FACTS | {"proven": proven}
    email = render_email("joining_asked", facts, language="fr", public_url="http://shop.example")
    assert [each in email.body for each in ("admettez", "recommandez")] == [proven, not proven]
    assert word in email.body


@pytest.mark.parametrize("template", ["member_let_in", "member_not_let_in", "member_removed"])
def test_a_decision_of_the_office_names_the_office(template: str):
    email = render_email(
        template, FACTS | {"by_office": True}, language="en", public_url="http://shop.example"
    )
    assert "Our office" in email.body and "Claire Marchand" not in email.body


@pytest.mark.parametrize(
    ("language", "rights"),
    [
        ("fr", "- Lister les factures et les exporter"),
        ("en", "- View and export the invoices"),
    ],
)
def test_rights_are_written_in_words(language: str, rights: str):
    email = render_email("invitation", FACTS, language=language, public_url="http://shop.example")
    assert rights in email.body


HOSTILE = (
    "Marc\r\n\r\nVotre compte\u2029expire :\n\nhttps://forger.example/\u202e\n\n- Lefèvre\x0b\t !"
)


def test_a_strangers_name_adds_no_paragraph_and_no_link_to_an_e_mail():
    facts = FACTS | {"person": HOSTILE, "function": HOSTILE, "organisation": HOSTILE}
    email = render_email("joining_asked", facts, language="en", public_url="http://shop.example")
    plain = render_email("joining_asked", FACTS, language="en", public_url="http://shop.example")
    assert [block.kind for block in email.blocks] == [block.kind for block in plain.blocks]
    assert [len(block.lines) for block in email.blocks] == [len(b.lines) for b in plain.blocks]
    assert "https://" not in email.body + email.subject
    assert 'href="https://forger' not in as_html(email, language="en")


def test_a_reason_keeps_its_lines_and_links_to_nowhere():
    facts = FACTS | {"customer_code": "C1", "reason": "Il manque :\n- le cachet"}
    email = render_email(
        "organisation_refused", facts, language="fr", public_url="http://s.example"
    )
    assert "Il manque :\n- le cachet" in email.body
    facts["reason"] = "https://forger.example/"
    email = render_email(
        "organisation_refused", facts, language="fr", public_url="http://s.example"
    )
    links = [block.lines for block in email.blocks if block.kind == "link"]
    assert links == [("http://s.example/compte",)], "the shop's own alone"


def test_a_person_who_asks_to_join_gives_one_line_for_each_answer(client, database: Database):
    with database.transaction() as session:
        make_proven_town(session)
    register_and_activate(
        client,
        database,
        {
            "name": HOSTILE,
            "phone": "02 47 00 00 00",
            "email": "marc@chinon.example",
            "password": "quatre mots faciles à retenir",
            "buys_for": "public",
            "siret": CHINON,
            "organisation": HOSTILE,
            "function": "chef\n\nde service",
            **LETTERHEAD,
        },
    )
    with database.reading_session() as session:
        mail = emails_to(session, CLAIRE)[-1]
        assert mail.template == "joining_asked"
        assert mail.facts["person"] == (
            "Marc Votre compte expire : https://forger.example/ - Lefèvre !"
        )
        assert mail.facts["function"] == "chef de service"
