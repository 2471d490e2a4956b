"""Text that no document can show is refused where it is typed, set or imported; a document that is
issued already fails with a finding.
"""

import sys
from collections.abc import Iterator
from importlib import import_module

import pytest
from wtforms import HiddenField, PasswordField, StringField
from wtforms.fields.core import UnboundField

from shop.catalogue.products import ProductsNotPrinted
from shop.core.actors import SALES
from shop.core.alphabet import LettersNotPrinted
from shop.dossiers.models import Paper
from shop.dossiers.papers import PdfUnavailable, issue_paper, pdf_of
from shop.dossiers.pdf_attempts import MISSING_LETTERS, pdf_problems
from shop.organisations.models import Address
from shop.people.models import User
from shop.storage.db import Base, Database
from shop.web.kit.forms import MoneyField, ShopForm, may_be_printed
from tests.factories import AT, make_buyer, make_person, make_product, make_shop
from tests.layout import module_of, sources
from tests.orders import make_quote
from tests.people import sign_in, staff

UNPRINTED = "株式会社 🎭"
#: Free text that no document shows: e-mails, the journal, and the pages of the shop are its only
#: readers.
NEVER_PRINTED = {
    "NoteForm.text",
    "LineForm.sku",
    "AcceptanceForm.accepted_by",
    "AcceptanceForm.reference",
    "CopiesForm.message",
    "RecipientForm.message",
    "RecipientForm.name",
    "SignedNoteForm.reservations",
    "SignedNoteForm.signatory",
    "AcknowledgementForm.capacity",
    "AcknowledgementForm.name",
    "AnswerForm.answer",
    "ChangeForm.reason",
    "ClientForm.code",
    "ClosingForm.reason",
    "ConditionForm.sku",
    "EndForm.reason",
    "EvidenceForm.domain_source",
    "EvidenceForm.note",
    "EvidenceForm.number_source",
    "EvidenceForm.spoke_to",
    "GivingUpForm.reason",
    "NewPasskeyForm.name",
    "ObjectionAnswerForm.answer",
    "OriginalForm.difference_reason",
    "OriginalForm.filed_at",
    "OriginalForm.late_reason",
    "QuestionAnswerForm.answer",
    "QuestionForm.message",
    "QuestionForm.name",
    "QuestionForm.number",
    "QuestionForm.subject",
    "DocumentForm.filed_at",
    "DocumentForm.reason",
    "ReasonForm.reason",
    "RecommendForm.note",
    "RefusalForm.reason",
    "SignedQuoteForm.note",
    "SigningForm.signatory",
    "StatementForm.items",
    "StatementForm.name",
    "TermsForm.title",
    "WordingForm.en_closing",
    "WordingForm.en_introduction",
    "WordingForm.en_subject",
    "WordingForm.fr_closing",
    "WordingForm.fr_introduction",
    "WordingForm.fr_subject",
}
#: The columns that documents show.
PRINTED = {
    "addresses.contact",
    "addresses.content",
    "contrary_notes.reason",
    "delivery_notes.carrier",
    "delivery_notes.tracking",
    "delivery_packages.carrier",
    "delivery_packages.tracking",
    "delivery_serials.serial",
    "dossiers.title",
    "drafts.parties",
    "drafts.title",
    "establishments.header",
    "establishments.name",
    "letterheads.content",
    "organisation_contacts.capacity",
    "organisation_contacts.name",
    "organisation_contacts.phone",
    "organisations.name",
    "price_agreements.reference",
    "products.name",
    "products.sku",
    "products.summary",
    "purchase_orders.engagement",
    "purchase_orders.reference",
    "purchase_orders.service_code",
    "purchase_order_scans.engagement",
    "purchase_order_scans.reference",
    "purchase_order_scans.service_code",
    "text_versions.english",
    "text_versions.french",
    "users.function",
    "users.name",
    "users.phone",
}


def forms() -> Iterator[type[ShopForm]]:
    for path in sources():
        if "Form)" in path.read_text(encoding="utf-8"):
            import_module(module_of(path))
    waiting = [ShopForm]
    while waiting:
        found = waiting.pop().__subclasses__()
        yield from (form for form in found if is_declared(form))
        waiting += found


def is_declared(form: type[ShopForm]) -> bool:
    """Whether a form stands in a module; others are made of it for a page, by other tests too."""
    return getattr(sys.modules[form.__module__], form.__name__, None) is form


def free_text(form: type[ShopForm]) -> list[str]:
    """The names of the fields in which people write what they like."""
    given = PasswordField | HiddenField | MoneyField
    return [
        name
        for name in dir(form)
        if isinstance(field := getattr(form, name), UnboundField)
        and issubclass(field.field_class, StringField)
        and not issubclass(field.field_class, given)
    ]


def test_every_free_text_field_refuses_it_or_is_never_printed():
    fields = [(form, name) for form in set(forms()) for name in free_text(form)]
    assert len(fields) > 100
    accepted = {
        f"{form.__name__}.{name}"
        for form, name in fields
        if not may_be_printed(form, name, getattr(form, name).field_class)
    }
    assert accepted == NEVER_PRINTED


def test_every_column_that_documents_show_is_checked():
    marked = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.info.get("printed")
    }
    assert marked == PRINTED


@pytest.mark.parametrize("name", ["Ville de 北京", "مدينة", "עיר", "Théâtre 🎭"])
def test_a_service_refuses_it_too(database: Database, name: str):
    with database.transaction() as session:
        person = make_person(session, at=AT)
        before = person.name
        with pytest.raises(LettersNotPrinted):
            person.name = name
        with pytest.raises(LettersNotPrinted):
            Address(kind="delivery", content={"name": "Salle", "line1": [name]}, contact={})
        assert session.get_one(User, person.id).name == before


def test_an_import_of_products_refuses_it(database: Database):
    with database.transaction() as session:
        make_shop(session)
        with pytest.raises(ProductsNotPrinted):
            make_product(session, sku="SON-0999", name=UNPRINTED)


def test_the_form_names_the_characters_and_keeps_what_was_typed(client, database: Database):
    with database.transaction() as session:
        person = make_person(session, at=AT).id
    sign_in(client, person)
    answer = client.post("/compte/coordonnees", data={"name": UNPRINTED, "phone": "02 33 00 00 00"})
    assert answer.status_code == 422
    assert "株 式 会 社 🎭" in answer.text
    assert UNPRINTED in answer.text


def test_a_document_issued_already_fails_and_the_office_reads_why(app, database: Database):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        content = dict(session.get_one(Paper, quote.paper_id).content)
        content |= {"number": "DE-2026-000099", "customer": content["customer"] | {"name": "北京"}}
        issued = issue_paper(session, quote.dossier_id, "quote", content, at=AT).id
    with pytest.raises(PdfUnavailable):
        pdf_of(database, issued, at=AT)
    with database.reading_session() as session:
        (problem,) = pdf_problems(session)
    assert problem.findings == [f"{MISSING_LETTERS}北 京"]
    page = staff(app, database, SALES).get("/bureau").text
    assert "DE-2026-000099" in page
    assert "Nos documents ne peuvent pas montrer ces caractères\u00a0: 北 京." in page
