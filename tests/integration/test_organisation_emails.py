"""The e-mails about a verification contain the decision, in the reader's language."""

import pytest

from shop.emails.messages import render_email

FACTS = {
    "name": "Claire Marchand",
    "organisation": "Commune d’Ambert",
    "customer_code": "C-000005",
    "reason": "La lettre manque.",
}


@pytest.mark.parametrize("template", ["verified", "refused", "suspended"])
@pytest.mark.parametrize(("language", "hello"), [("fr", "Bonjour"), ("en", "Hello")])
def test_a_decision_is_sent_by_e_mail(template, language, hello):
    email = render_email(
        f"organisation_{template}", FACTS, language=language, public_url="http://shop.example"
    )
    assert "Commune d’Ambert" in email.subject
    assert "http://shop.example/compte" in email.body
    assert email.body.startswith(f"{hello} Claire Marchand,\n\n")
    assert "C-000005" in email.body
    assert ("La lettre manque." in email.body) is (template != "verified")


@pytest.mark.parametrize(("language", "word"), [("fr", "carte"), ("en", "by card")])
def test_a_private_organisation_reads_that_it_pays_by_card_and_why(language, word):
    email = render_email(
        "organisation_private", FACTS, language=language, public_url="http://shop.example"
    )
    assert "Commune d’Ambert" in email.subject
    assert "http://shop.example/compte" in email.body
    assert word in email.subject
    assert "C-000005" in email.body
