"""The same kind of field has the same rules, control and words in every form of the application."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import Length, StopValidation, ValidationError

from shop.core.email_domains import COMMON, distance, suggestion
from shop.translations.catalogue import FOLDER
from shop.web.kit import fields as kit
from shop.web.kit.addresses import postal_code
from shop.web.kit.fields import Checked
from shop.web.kit.forms import ShopForm
from tests.unit.test_forms import forms

ROOT = Path(__file__).resolve().parents[2]
#: Kinds by the ends of their names. An address that is only compared has rules of its own.
ENDS = {
    "email": ("email",),
    "phone": ("phone",),
    "postal_code": ("postal_code",),
    "city": ("city",),
    "line": ("line1", "line2"),
    "country": ("country",),
    "service_code": ("service_code",),
}
COMPARED = {"SignInForm.email", "EraseForm.confirmed"}
#: The office copies it from the purchase order.
TYPED_FROM_PAPER = {"OriginalForm.service_code"}
LONGEST = {"email": 320, "phone": 40, "city": 120, "line": 200, "service_code": 100}
CONTROLS = {
    "email": (EmailField, {"inputmode": "email", "spellcheck": "false", "autocomplete": "email"}),
    "phone": (TelField, {"inputmode": "tel", "autocomplete": "tel"}),
    "postal_code": (StringField, None),
    "city": (StringField, {}),
    "line": (StringField, {}),
    "country": (SelectField, {"data-country": ""}),
    "service_code": (StringField, {}),
}
LABELS = {
    "email": "e-mail",
    "phone": "telephone",
    "postal_code": "Postal code",
    "city": "Town",
    "country": "Country",
    "service_code": "Service code",
}
#: What the fields of a kind take and refuse, however they are named.
ACCEPTED = {
    "phone": (
        "02 33 00 00 00 poste 4512",
        "+33 (0)2 33 00 00 00",
        "02.33.00.00.00",
        "0032 2 123 45 67",
        "0612121213",
    ),
    "email": ("mairie@ville.example", "a.b+devis@x-y.co.uk", "gerard@exemple.fr"),
    "city": ("Saint-Rémy-lès-Chevreuse", "L\u2019Haÿ-les-Roses", "x" * 120),
    "line": ("14 bis, rue de l\u2019Église", "x" * 200),
    "service_code": ("CULT-02", "x" * 100),
}
REFUSED = {
    "phone": ("12", "rien", "0" * 41),
    "email": ("mairie", "gérard@exemple.fr", "a@b", "a@ville.example, b@ville.example"),
    "city": ("x" * 121,),
    "line": ("x" * 201,),
    "service_code": ("x" * 101,),
}


def kind_of(name: str) -> str | None:
    if name in ("to", "confirmed"):
        return "email"
    for kind, ends in ENDS.items():
        if any(name == end or name.endswith(f"_{end}") for end in ends):
            return kind
    return None


def of_kinds() -> Iterator[tuple[str, str, str, UnboundField]]:
    """Kind, form and name of each field that has a kind."""
    for form in set(forms()):
        for name in dir(form):
            field = getattr(form, name)
            kind = kind_of(name)
            is_text = isinstance(field, UnboundField) and issubclass(
                field.field_class, StringField | SelectField
            )
            if kind and is_text:
                yield kind, f"{form.__name__}.{name}", name, field


def checks_of(field: UnboundField) -> list[Any]:
    given = field.args[1] if len(field.args) > 1 else field.kwargs.get("validators")
    return list(given or ())


def test_every_kind_is_found_in_several_forms():
    counts = dict.fromkeys(ENDS, 0)
    for kind, *_rest in of_kinds():
        counts[kind] += 1
    assert min(counts.values()) >= 3, counts


def test_a_kind_has_one_control():
    wrong = []
    for kind, where, _name, field in of_kinds():
        control, attributes = CONTROLS[kind]
        if where in TYPED_FROM_PAPER:
            continue
        given = field.kwargs.get("render_kw") or {}
        if field.field_class is not control or (attributes is not None and given != attributes):
            wrong.append(f"{where}: {field.field_class.__name__} {given}")
    assert not wrong


def test_a_kind_has_one_length():
    found = {
        where: check.max
        for kind, where, _name, field in of_kinds()
        for check in checks_of(field)
        if isinstance(check, Length) and check.max != LONGEST.get(kind)
    }
    assert found == {}


def test_a_kind_has_its_word_in_each_label():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context("/"):
        labels = {where: (kind, str(f.args[0])) for kind, where, _name, f in of_kinds() if f.args}
    wrong = {
        w: label
        for w, (kind, label) in labels.items()
        if LABELS.get(kind, "").casefold() not in label.casefold()
    }
    assert {w for w in wrong if not w.endswith(("Form.to", ".confirmed"))} == set()


@pytest.mark.parametrize("kind", sorted(ACCEPTED))
def test_what_one_form_keeps_every_form_accepts(kind: str):
    """Rules that ask about other fields of the form, or about a likely mistake, are not of the
    kind.
    """
    app = Flask(__name__)
    Babel(app)
    wrong = []
    with app.test_request_context("/"):
        for its_kind, where, _name, field in of_kinds():
            if its_kind != kind or where in COMPARED | TYPED_FROM_PAPER:
                continue
            for typed in ACCEPTED[kind] + REFUSED[kind]:
                is_taken = accepts(field, typed)
                if is_taken != (typed in ACCEPTED[kind]):
                    wrong.append(f"{where} {'takes' if is_taken else 'refuses'} {typed}")
    assert not wrong


def accepts(field: UnboundField, typed: str) -> bool:
    form = SimpleNamespace(
        delivery=SimpleNamespace(data="other"),
        contact=SimpleNamespace(data=""),
        contact_name=SimpleNamespace(data="Rémi"),
        function=SimpleNamespace(data=""),
        email=SimpleNamespace(data=""),
        email_checked=SimpleNamespace(checked=True),
        for_public_body=True,
        for_organisation=False,
    )
    value = typed
    for change in field.kwargs.get("filters", ()):
        value = change(value)
    answer = SimpleNamespace(
        data=value, raw_data=[typed], errors=[], gettext=str, ngettext=lambda one, _many, _n: one
    )
    for check in checks_of(field):
        try:
            check(form, answer)
        except (StopValidation, ValidationError) as refusal:
            return not str(refusal)
    return True


def test_a_french_telephone_is_written_in_pairs_in_every_form():
    wrong = []
    for kind, where, _name, field in of_kinds():
        if kind == "phone" and where not in TYPED_FROM_PAPER:
            value = "0612121213"
            for change in field.kwargs.get("filters", ()):
                value = change(value)
            if value != "06\u00a012\u00a012\u00a012\u00a013":
                wrong.append(where)
    assert not wrong


def test_every_postal_code_is_checked_by_the_same_rule():
    wrong = [
        where
        for kind, where, _name, field in of_kinds()
        if kind == "postal_code" and postal_code not in checks_of(field)
    ]
    assert not wrong


def test_no_template_gives_a_field_of_the_kit_another_control():
    called = re.compile(r"field\(\s*(?:form|known)\.(\w+)((?:[^()]|\([^()]*\))*)\)")
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        for name, given in called.findall(path.read_text(encoding="utf-8")):
            if kind_of(name) in ("email", "phone") and re.search(r"\b(type|inputmode)=", given):
                wrong.append(f"{path.name}: {name}")
    assert not wrong


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zoe@gmial.con", "zoe@gmail.com"),
        ("zoe@gmail.con", "zoe@gmail.com"),
        ("zoe@Gmail.fr", None),
        ("zoe@hotmial.fr", "zoe@hotmail.fr"),
        ("zoe@oragne.fr", "zoe@orange.fr"),
        ("zoe@wanadoo.frr", "zoe@wanadoo.fr"),
        ("zoe@laposte.ne", "zoe@laposte.net"),
        ("zoe@ville.con", "zoe@ville.com"),
        ("zoe@ville.example", None),
        ("zoe@fret.fr", None),
        ("zoe@ac-caen.fr", None),
        ("zoe", None),
    ],
)
def test_a_domain_that_is_probably_mistyped_is_asked_about(typed: str, meant: str | None):
    assert suggestion(typed) == meant


def test_no_common_domain_is_asked_about():
    assert [name for name in COMMON if suggestion(f"zoe@{name}")] == []
    assert distance("gmial", "gmail") == 1


def test_a_tick_holds_for_the_answer_it_was_given_for_only():
    class OneForm(ShopForm):
        email = kit.email("E-mail", rule=kit.likely_domain)
        email_checked = kit.checked_email()

    app = Flask(__name__)
    Babel(app)
    app.config.update(SECRET_KEY="tests", WTF_CSRF_ENABLED=False)
    for ticked, good in (("", False), ("zoe@gmial.con", True), ("zoe@oragne.fr", False)):
        sent = {"email": "zoe@gmial.con", "email_checked": ticked}
        with app.test_request_context("/", method="POST", data=sent):
            form = OneForm()
            assert form.validate() is good
            assert isinstance(form.email_checked, Checked)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_control_refuses_a_forged_answer_in_words_of_the_shop(language: str):
    """WTForms has sentences of its own, with other apostrophes."""
    app = Flask("kit")
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
    Babel(app, default_locale=language, default_translation_directories=str(FOLDER))
    told, listed = set(), [SelectChoice("1", "one")]
    for kind in (
        SelectField("x", choices=listed),
        RadioField("x", choices=listed),
        SelectField("x", choices=listed, coerce=int),
        IntegerField("x"),
        DateField("x"),
    ):
        form = type("Forged", (FlaskForm,), {"Meta": ShopForm.Meta, "answer": kind})
        with app.test_request_context(method="POST", data={"answer": "forged"}):
            made = form()
            assert not made.validate()
            told |= {str(error) for error in made.answer.errors}
    assert len(told) == 3
    assert not [words for words in told if "'" in words or "alid" in words]
    assert any(("Choisissez" if language == "fr" else "Choose") in words for words in told)
