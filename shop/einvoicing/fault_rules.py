"""The rules of an electronic invoice, each as a refusal with the sentence for the person who can
mend the cause.
"""

from enum import StrEnum
from typing import ClassVar

from shop.core.errors import N_, DomainError


class Mender(StrEnum):
    """Who can mend the cause: somebody of the buyer, who answers what only they know (a commitment
    number, a service code), or the shop's office alone.
    """

    BUYER = "buyer"
    OFFICE = "office"


class UnsoundInvoice(DomainError):
    """The base class: an invoice that is not issued, not archived or not deposited, as it is."""

    #: Its name in EN 16931 (BR-…), in the French rules (BR-FR-…), or ours (CO-…).
    rule: ClassVar[str]
    mender: ClassVar[Mender] = Mender.OFFICE


class NumberUnusable(UnsoundInvoice):
    rule = "BR-FR-02"
    sentence = N_(
        "The platforms do not accept %(number)s as the number of an invoice: at most 20 letters "
        "and digits, with + - _ /."
    )


class SellerIncomplete(UnsoundInvoice):
    rule = "BR-FR-10"
    sentence = N_(
        "The letterhead lacks what an electronic invoice needs: the name, the VAT number, a SIREN "
        "and a SIRET of one company. An administrator corrects it."
    )


class BuyerIncomplete(UnsoundInvoice):
    rule = "BR-FR-32"
    sentence = N_(
        "The customer’s name, or their SIREN and the SIRET of one of their establishments, are "
        "missing or wrong. The office corrects the order before it is invoiced, or the invoice by "
        "a corrected one."
    )


class PaymentUnknown(UnsoundInvoice):
    rule = "BR-CO-25"
    sentence = N_(
        "An invoice to be paid needs a payment period and the shop’s IBAN. An administrator "
        "corrects the letterhead."
    )


class CategoryWrong(UnsoundInvoice):
    rule = "BR-S-05"
    sentence = N_(
        "Line %(line)s: the VAT rate does not match the VAT treatment of the place of delivery. "
        "Correct the rate of the product."
    )


class ExemptionMissing(UnsoundInvoice):
    rule = "BR-E-10"
    sentence = N_("The invoice bears no VAT and does not say by which article of the law.")


class LineAmountWrong(UnsoundInvoice):
    rule = "CO-LINE"
    sentence = N_("Line %(line)s: quantity × price is %(expected)s and not %(found)s.")


class LinesNotAddedUp(UnsoundInvoice):
    rule = "BR-CO-10"
    sentence = N_("The lines add up to %(expected)s and not to %(found)s.")


class BaseWrong(UnsoundInvoice):
    rule = "BR-S-08"
    sentence = N_(
        "The lines at the VAT rate of %(rate)s add up to %(expected)s and not to %(found)s."
    )


class TaxWrong(UnsoundInvoice):
    rule = "BR-CO-17"
    sentence = N_("The VAT at the rate of %(rate)s is %(expected)s and not %(found)s.")


class TaxNotAddedUp(UnsoundInvoice):
    rule = "BR-CO-14"
    sentence = N_("The VAT adds up to %(expected)s and not to %(found)s.")


class BasesNotAddedUp(UnsoundInvoice):
    rule = "BR-CO-13"
    sentence = N_("The total excluding VAT is %(expected)s and not %(found)s.")


class TotalWrong(UnsoundInvoice):
    rule = "BR-CO-15"
    sentence = N_("The total including VAT is %(expected)s and not %(found)s.")


class PayableWrong(UnsoundInvoice):
    rule = "BR-CO-16"
    sentence = N_("The amount to pay is %(expected)s and not %(found)s.")


class PrepaidWrong(UnsoundInvoice):
    rule = "BR-FR-CO-09"
    sentence = N_("An invoice that is paid has %(expected)s received and not %(found)s.")


class SchemaBroken(UnsoundInvoice):
    rule = "XSD"
    sentence = N_("The electronic invoice does not follow its schema: %(message)s.")


class FormDiffers(UnsoundInvoice):
    rule = "CO-FORM"
    sentence = N_(
        "The electronic form in the file has %(found)s as %(field)s, and the document was issued "
        "with %(expected)s. It is not deposited: an administrator compares the file."
    )
