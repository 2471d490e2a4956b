"""The statements about the seller, each with its mistake beside it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation

from shop.core.money import Money
from shop.einvoicing.channel_rules import Channel
from shop.letterheads.rules import NEEDED_OF_BANK, mistakes_in
from shop.register.siret import SiretMistake, read_siret
from shop.web.kit.fields import address_line, email, lines, phone, stripped, words
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required

#: The field that shows the mistake of a key, where it bears another name.
_FIELD_OF = {"siren": "siret", **{f"bank.{key}": key for key in NEEDED_OF_BANK}}
#: Answers of several lines, each a value of a list.
_LISTS = ("address", "epr")
_TEXTS = (
    *("name", "trade_name", "legal_form", "rcs", "vat_number", "phone", "email", "website"),
    *("line", "promise", "hours", "director", "host", "mediator"),
)


def siret_number(_form: Any, field: Any) -> None:
    """Fourteen digits in any usual form."""
    try:
        field.data = read_siret(field.data or "")
    except SiretMistake as mistake:
        raise StopValidation(_(mistake.sentence, **mistake.facts)) from mistake


class IdentityForm(ShopForm):
    """Who sells. `seen` is the id of the letterhead that was read, `shown` is filled once the
    changes have been shown.
    """

    seen = HiddenField()
    shown = HiddenField()
    name = words(_l("Legal name"), missing=_l("Enter the name of the company, as registered."))
    trade_name = words(_l("Name of the shop"), missing=_l("Enter the name that customers know."))
    legal_form = words(
        _l("Legal form"),
        missing=_l("Enter the legal form, such as SAS or SARL."),
        hint=_l("SAS, SARL, EURL, association…"),
    )
    capital = MoneyField(_l("Capital"), [Optional()])
    rcs = words(_l("Register of companies"), hint=_l("Such as RCS Lyon 732 829 320."))
    siret = StringField(
        _l("SIRET of the head office"),
        [required(_l("Enter the SIRET: 14 digits.")), at_most(30), siret_number],
        filters=[stripped],
    )
    vat_number = words(
        _l("VAT number"), missing=_l("Enter the VAT number, such as FR44732829320."), most=20
    )
    address = TextAreaField(
        _l("Address"),
        [required(_l("Enter the address.")), at_most(400)],
        description=_l("The last line is the postal code and the town."),
        filters=[lines],
    )
    phone = phone(_l("Telephone"))
    email = email(_l("E-mail address"))
    website = words(_l("Website"))
    hours = words(_l("Opening hours"), hint=_l("Such as Monday to Friday, 9 am to 6 pm."))
    line = words(_l("What the shop sells"), hint=_l("A few words beside the name on every page."))
    promise = words(_l("Sentence of the home page"), most=200)
    director = words(
        _l("Director of the publication"),
        missing=_l("Enter the person who answers for what is published."),
    )
    host = address_line(
        _l("Host of the site"), missing=_l("Enter the name, address and telephone of the host.")
    )
    mediator = address_line(
        _l("Consumer mediator"), missing=_l("Enter the name and address of the mediator.")
    )
    epr = TextAreaField(
        _l("Unique identifiers of the producer"),
        [Optional(), at_most(400)],
        description=_l("One on each line, where an eco-contribution is charged."),
        filters=[lines],
    )
    public_invoices = RadioField(
        _l("How are public bodies invoiced?"),
        [InputRequired(_l("Choose one of the two ways."))],
        choices=[
            SelectChoice(Channel.REFORM, _l("Through an accredited platform")),
            SelectChoice(Channel.CHORUS, _l("On Chorus Pro")),
        ],
    )

    def content(self, before: dict[str, Any]) -> dict[str, Any]:
        """The letterhead that the form says; keys that it has no field for stay."""
        siret = self.siret.data or ""
        said: dict[str, Any] = {key: self[key].data for key in _TEXTS}
        said |= {key: (self[key].data or "").splitlines() for key in _LISTS}
        said |= {"siret": siret, "siren": siret[:9], "public_invoices": self.public_invoices.data}
        said["capital"] = self.capital.data.cents if isinstance(self.capital.data, Money) else None
        kept = {key: value for key, value in before.items() if key not in said}
        return kept | {key: value for key, value in said.items() if value}

    def agrees(self, content: dict[str, Any]) -> bool:
        """Whether a letterhead can be used; its mistakes stand beside their fields, those of an
        account that the form does not ask for above it.
        """
        found = mistakes_in(content)
        for mistake in found:
            sentence = self._sentence(mistake.sentence, mistake.facts)
            name = _FIELD_OF.get(mistake.key, mistake.key)
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.form_errors.append(sentence)
        return not found

    def _sentence(self, sentence: str, facts: dict[str, str]) -> str:
        missing = _("A company of this legal form states it on its papers.")
        return missing if set(facts) == {"key"} else str(_(sentence, **facts))


class FirstIdentityForm(IdentityForm):
    """Who sells and is paid to, before anything was entered: the account changes with two persons
    afterwards.
    """

    holder = words(
        _l("Holder of the account"),
        missing=_l("Enter the holder of the account, as the bank knows it."),
        most=70,
    )
    iban = StringField(
        _l("IBAN"), [required(_l("Enter the IBAN.")), at_most(42)], filters=[stripped]
    )
    bic = StringField(_l("BIC"), [required(_l("Enter the BIC.")), at_most(11)], filters=[stripped])
    bank = words(_l("Name of the bank"), most=70)

    def content(self, before: dict[str, Any]) -> dict[str, Any]:
        """Its bank details as well."""
        account = {
            "holder": self.holder.data,
            "iban": "".join((self.iban.data or "").split()).upper(),
            "bic": (self.bic.data or "").upper(),
            "name": self.bank.data,
        }
        said = super().content(before)
        return said | {"bank": {key: value for key, value in account.items() if value}}


def filled(content: dict[str, Any], seen: int) -> dict[str, Any]:
    """What the form shows of a letterhead in force."""
    shown = {key: content.get(key) or "" for key in _TEXTS}
    shown |= {key: "\n".join(content.get(key) or ()) for key in _LISTS}
    capital = content.get("capital")
    return shown | {
        "seen": str(seen),
        "siret": content.get("siret") or "",
        "capital": Money(capital) if capital else None,
        "public_invoices": content.get("public_invoices", Channel.REFORM),
    }
