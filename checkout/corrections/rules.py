"""Wrong invoices: what hinders their correction."""

from shop.core.errors import N_, Changed, DomainError


class NothingCorrected(DomainError):
    sentence = N_("Nothing differs from the invoice. Correct what is wrong on it.")
    status = 422


class CorrectionReasonMissing(DomainError):
    sentence = N_("Say what was wrong: it is printed on the credit note.")
    status = 422


class CreditedInPart(DomainError):
    sentence = N_(
        "Part of invoice %(number)s was credited: credit the rest of it, then invoice again."
    )


class ReplacedMeanwhile(Changed):
    sentence = N_("A colleague has replaced invoice %(number)s meanwhile.")
