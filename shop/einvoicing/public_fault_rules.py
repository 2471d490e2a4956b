"""The rules of Chorus Pro for invoices to public bodies, each as a refusal.

BR-FR-CPRO of XP Z12-012, annex A: no public schematron has them, since some depend on the
directory. They are applied by the State's platform, which rejects an invoice that breaks one
(REJ_CONT_B2G). The names of rules are the standard's; the sentences are ours.
"""

from shop.core.errors import N_
from shop.einvoicing.fault_rules import Mender, UnsoundInvoice


class NumberTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-02"
    sentence = N_(
        "Chorus Pro accepts 20 characters at most as the number of an invoice, and %(found)s has "
        "more. Shorten the numbering of the shop."
    )


class SellerUnidentified(UnsoundInvoice):
    rule = "BR-FR-CPRO-03"
    sentence = N_(
        "Chorus Pro identifies the shop by its SIRET, which the letterhead lacks. An administrator "
        "corrects it."
    )


class SellersSiretMissing(UnsoundInvoice):
    rule = "BR-FR-CPRO-09"
    sentence = N_(
        "The letterhead has a SIREN without the SIRET of an establishment, or one of another "
        "company. An administrator corrects it."
    )


class BuyersSiretMissing(UnsoundInvoice):
    rule = "BR-FR-CPRO-10"
    sentence = N_(
        "Chorus Pro wants the SIRET of the public body, with 14 digits. The office corrects the "
        "order before it is invoiced, or the invoice by a corrected one."
    )


class ServiceCodeDemanded(UnsoundInvoice):
    rule = "BR-FR-CPRO-11"
    mender = Mender.BUYER
    sentence = N_(
        "This public body demands the service code on its invoices. The buyer gives it, or the "
        "office corrects the order before it is invoiced."
    )


class CommitmentDemanded(UnsoundInvoice):
    rule = "BR-FR-CPRO-12"
    mender = Mender.BUYER
    sentence = N_(
        "This public body demands the commitment number on its invoices. The buyer gives it, or "
        "the office corrects the order before it is invoiced."
    )


class CodeOrCommitmentDemanded(UnsoundInvoice):
    rule = "BR-FR-CPRO-13"
    mender = Mender.BUYER
    sentence = N_(
        "This public body demands a service code or a commitment number on its invoices. The buyer "
        "gives one of them, or the office corrects the order before it is invoiced."
    )


class ContractTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-14"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the number of a contract, and it has "
        "%(found)s. Shorten it in the order."
    )


class CommitmentTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-15"
    mender = Mender.BUYER
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as a commitment number or the number of a "
        "purchase order, and it has %(found)s. The buyer gives the right one, or the office "
        "corrects the order before it is invoiced."
    )


class TooManyLines(UnsoundInvoice):
    rule = "BR-FR-CPRO-19"
    sentence = N_(
        "Chorus Pro accepts %(most)s lines at most, and there are %(found)s. Invoice the order in "
        "parts."
    )


class TooManyEarlierInvoices(UnsoundInvoice):
    rule = "BR-FR-CPRO-20"
    sentence = N_(
        "Chorus Pro accepts a reference to one earlier invoice, and there are %(found)s. The "
        "office issues a document for each."
    )


class FrameRefused(UnsoundInvoice):
    rule = "BR-FR-CPRO-24"
    sentence = N_(
        "Chorus Pro does not accept the frame %(found)s on this channel. An administrator checks "
        "how the shop sends invoices to public bodies."
    )


class SeveralTerms(UnsoundInvoice):
    rule = "BR-FR-CPRO-25"
    sentence = N_("Chorus Pro accepts one sentence on the terms of payment, and there are several.")


class SeveralSellersContacts(UnsoundInvoice):
    rule = "BR-FR-CPRO-26"
    sentence = N_("Chorus Pro accepts one contact of the shop, and the letterhead has several.")


class SeveralBuyersContacts(UnsoundInvoice):
    rule = "BR-FR-CPRO-27"
    sentence = N_("Chorus Pro accepts one contact of the public body, and there are several.")


class DocumentReferenceTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-30"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the reference of a supporting document, "
        "and one has %(found)s. The office corrects the number of the purchase order before the "
        "order is invoiced, or the invoice by a corrected one."
    )


class DescriptionTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-31"
    sentence = N_(
        "Line %(line)s: Chorus Pro accepts a description of %(most)s characters at most, and it "
        "has %(found)s. Shorten it in the catalogue."
    )


class SellersStreetTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-32"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most in a line of the shop’s address, and one "
        "has %(found)s. An administrator corrects the letterhead."
    )


class SellersTownTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-33"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the shop’s town, and it has %(found)s. "
        "An administrator corrects the letterhead."
    )


class BuyersTradeNameTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-34"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the public body’s trading name, and it "
        "has %(found)s. Shorten it in the customer’s file."
    )


class TermsTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-35"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the terms of payment, and they have "
        "%(found)s."
    )


class SellersTradeNameTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-36"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the shop’s trading name, and it has "
        "%(found)s. An administrator corrects the letterhead."
    )


class PayeeTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-37"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the holder of the account, and there "
        "are %(found)s. An administrator corrects the letterhead."
    )


class DeliveryIdTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-38"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the identifier of a place of delivery, "
        "and it has %(found)s."
    )


class AccountTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-39"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as an IBAN, and the shop’s has %(found)s. "
        "An administrator corrects the letterhead."
    )


class FileNameTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-41"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the name of a file, and « %(name)s » "
        "has %(found)s."
    )


class NoteTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-42"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most in a note, and one has %(found)s. An "
        "administrator corrects the letterhead."
    )


class SellersNameTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-43"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the shop’s name, and it has %(found)s. "
        "An administrator corrects the letterhead."
    )


class BuyersNameTooLong(UnsoundInvoice):
    rule = "BR-FR-CPRO-44"
    sentence = N_(
        "Chorus Pro accepts %(most)s characters at most as the public body’s name, and it has "
        "%(found)s. The office corrects the order before it is invoiced, or the invoice by a "
        "corrected one."
    )


class MeansMissing(UnsoundInvoice):
    rule = "CPP-S2.05"
    sentence = N_(
        "Chorus Pro wants the means of payment on an invoice, and none on a credit note. An "
        "administrator corrects the letterhead."
    )


class LegalIdWrong(UnsoundInvoice):
    rule = "CPP-SIRET"
    sentence = N_(
        "For a deposit on Chorus Pro the shop and the public body are identified by a SIRET of 14 "
        "digits. An administrator corrects the letterhead, the office the SIRET of the body by a "
        "corrected invoice."
    )
