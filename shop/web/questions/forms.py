"""The form of a question, and the forms of the desk."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from shop.questions.rules import LONGEST, Asked
from shop.web.kit.fields import email, lines, words
from shop.web.kit.forms import ShopForm, at_most

#: Maximum length of the number of a document.
LONGEST_NUMBER = 60


class QuestionForm(ShopForm):
    """Who asks, what, and which document it is about."""

    NEVER_PRINTED = frozenset({"name", "subject", "number", "message"})

    name = words(_l("First and last name"), missing=_l("Enter your first and last name."))
    email = email(_l("E-mail address for the answer"))
    subject = words(_l("Subject"), missing=_l("Enter the subject of your question."), most=200)
    number = words(
        _l("Number of the document"),
        most=LONGEST_NUMBER,
        hint=_l("Quote, order, delivery note or invoice: if your question is about one of them."),
    )
    message = TextAreaField(
        _l("Your question"),
        [DataRequired(_l("Write your question.")), at_most(LONGEST)],
        filters=[lines],
    )

    def asked(self, language: str) -> Asked:
        return Asked(
            name=self.name.data or "",
            email=self.email.data or "",
            subject=self.subject.data or "",
            message=self.message.data or "",
            language=language,
            number=self.number.data or "",
        )


class QuestionAnswerForm(ShopForm):
    NEVER_PRINTED = frozenset({"answer"})

    answer = TextAreaField(_l("Answer, sent by e-mail"), [at_most(LONGEST)], filters=[lines])


class ClosingForm(ShopForm):
    NEVER_PRINTED = frozenset({"reason"})

    reason = words(_l("Reason"), most=200, hint=_l("Asked twice, advertising… It is not sent."))
