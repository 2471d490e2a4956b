"""Forms for the office's decisions on a body, and for a body's request for a change.

The evidence is one form for every decision that needs it: verifying, confirming, applying a change,
approving a person.
"""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from shop.core.errors import DomainError
from shop.core.text import day
from shop.members.models import Membership
from shop.organisations.models import Establishment
from shop.people.models import User
from shop.register.legal_categories import legal_categories
from shop.register.rules import Nature
from shop.register.siret import grouped
from shop.verification.evidence import BESIDE, Evidence
from shop.verification.models import EvidenceFile
from shop.web.kit.fields import lines, short_telephone, stripped, words
from shop.web.kit.forms import ShopForm

Members = Iterable[tuple[Membership, User]]


def _categories() -> list[SelectChoice]:
    """The categories that may be verified; a private one leads to a refusal."""
    return [SelectChoice("", "")] + [
        SelectChoice(category.code, f"{category.code} {category.label}")
        for category in legal_categories().values()
        if category.nature is not Nature.PRIVATE
    ]


class EvidenceForm(ShopForm):
    """The evidence on the person: each tick with its details, which are stored."""

    NEVER_PRINTED = frozenset({"domain_source", "number_source", "spoke_to", "note"})

    about = SelectField(_l("The evidence concerns"), validate_choice=False)
    email_domain = BooleanField(
        _l("Confirmed e-mail address at the organisation's own domain"),
        description=_l("The domain that you found yourself, not the one in the address."),
    )
    domain = words(
        _l("Domain of the organisation"), most=253, hint=_l("As on its website: ville.fr")
    )
    domain_source = words(
        _l("Where you found it"), most=300, hint=_l("Website, official directory…")
    )
    prove = BooleanField(
        _l("Colleagues at this domain may be approved by the organisation's own administrator")
    )
    letter = BooleanField(_l("Signed letter on the organisation's letterhead"))
    letter_id = SelectField(_l("Which letter"), validate_choice=False)
    call_back = BooleanField(_l("Call back to a number found independently"))
    number = StringField(
        _l("Number called"),
        [short_telephone()],
        description=_l("Never the number that the member gave."),
        filters=[stripped],
    )
    number_source = words(
        _l("Where you found it"), most=300, hint=_l("Website, official directory…")
    )
    spoke_to = words(_l("Whom you spoke to"), most=200)
    still_there = BooleanField(
        _l("Register queried again; the member is still there"),
        description=_l("Sufficient for the yearly review only."),
    )
    legal_category = SelectField(_l("Legal category"), choices=_categories, default="")
    note = words(_l("Note"), most=300)

    def offer(self, members: Members, letters: Sequence[EvidenceFile]) -> None:
        """The people whom the evidence may be about, and the letters stored about them; the newest
        letter is proposed.
        """
        names = {user.id: user.name for _membership, user in members}
        self.about.choices = [SelectChoice(str(key), name) for key, name in names.items()]
        self.letter_id.choices = [SelectChoice("", _("no letter"))] + [
            SelectChoice(
                str(one.id),
                _("%(name)s, %(day)s", name=names.get(one.user_id, "–"), day=day(one.stored_at)),
            )
            for one in letters
        ]
        if self.letter_id.data is None and letters:
            self.letter_id.data = str(letters[0].id)

    def evidence(self) -> Evidence:
        """The ticked evidence with its details; those of a tick that is not set are left out."""
        domain, letter, call = self.email_domain.data, self.letter.data, self.call_back.data
        return Evidence(
            email_domain=domain,
            letter=letter,
            call_back=call,
            still_there=self.still_there.data,
            note=self.note.data or "",
            domain=(self.domain.data or "") if domain else "",
            domain_source=(self.domain_source.data or "") if domain else "",
            letter_id=_number(self.letter_id.data) if letter else None,
            number=(self.number.data or "") if call else "",
            number_source=(self.number_source.data or "") if call else "",
            spoke_to=(self.spoke_to.data or "") if call else "",
        )

    @property
    def about_id(self) -> int | None:
        return _number(self.about.data)

    @property
    def proves(self) -> bool:
        """The domain of the evidence, if the decision proves it."""
        return bool(self.email_domain.data and self.prove.data)

    def show(self, refusal: DomainError, sentence: str) -> None:
        """Show the sentence of a refusal beside its field, or above the form."""
        name = BESIDE.get(type(refusal))
        if name is None:
            self.form_errors.append(sentence)
        else:
            self[name].errors = [sentence]


class ReasonForm(ShopForm):
    """The reason of a refusal; the administrators read it as it is typed."""

    NEVER_PRINTED = frozenset({"reason"})

    reason = TextAreaField(
        _l("Reason, sent to the administrators"),
        [Length(max=500, message=_l("At most 500 characters."))],
        filters=[lines],
    )


class LetterForm(ShopForm):
    """A letter about a person: their own, or one that the office received for them."""

    person = SelectField(_l("It concerns"), validate_choice=False)
    file = FileField(_l("Signed letter on letterhead"))

    @property
    def about_id(self) -> int | None:
        return _number(self.person.data)

    def offer(self, members: Members) -> None:
        self.person.choices = [SelectChoice(str(user.id), user.name) for _m, user in members]


class ChangeForm(ShopForm):
    """Another name, or another SIRET for an establishment."""

    NEVER_PRINTED = frozenset({"reason"})

    establishment = SelectField(_l("Establishment"), validate_choice=False)
    name = words(
        _l("New name"),
        most=200,
        hint=_l(
            "As it must appear at the head of your quotes. Leave it empty if it does not change."
        ),
    )
    siret = words(
        _l("New SIRET"),
        most=40,
        hint=_l(
            "14 digits. A different SIREN means a merger or a new legal unit: explain it below."
        ),
    )
    reason = TextAreaField(
        _l("Reason"),
        [Length(max=500, message=_l("At most 500 characters."))],
        filters=[lines],
    )

    @property
    def establishment_id(self) -> int:
        return _number(self.establishment.data) or 0

    def offer(self, establishments: Iterable[Establishment]) -> None:
        self.establishment.choices = [
            SelectChoice(str(one.id), f"{one.name}, {grouped(one.siret)}") for one in establishments
        ]


def _number(typed: str | None) -> int | None:
    """The key of a row; None for anything else in a forged form."""
    if not typed or len(typed) > 18 or not (typed.isascii() and typed.isdigit()):
        return None
    return int(typed)
