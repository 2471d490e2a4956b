"""The settings that the office may change, in one table. Pure rules."""

from datetime import date

from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_
from shop.core.series import (
    CREDIT_NOTE,
    DELIVERY_NOTE,
    INVOICE,
    LAST_PREFIX,
    ORDER,
    QUOTE,
    RETURN,
    value_of,
)
from shop.einvoicing.terms import INDEMNITY, POINTS
from shop.settings.part_rules import Kind, Part, Setting
from shop.settings.receivable_rules import CENTRAL_BANK, HOLDS, REMINDERS
from shop.settings.vat_rules import VAT

DELIVERY = Part(
    "livraison",
    N_("Delivery prices and places"),
    N_("what carts and new quotes charge, and where the shop delivers"),
    N_(
        "Carts and new quotes charge these prices from that day on. Quotes, orders and invoices "
        "that were issued keep theirs."
    ),
    frozenset({ACCOUNTING, ADMIN}),
    (
        Setting("parcel_5", Kind.MONEY, N_("Parcel up to 5 kg, incl. VAT"), 990, 0, 100_000),
        Setting("parcel_30", Kind.MONEY, N_("Parcel up to 30 kg, incl. VAT"), 1_490, 0, 100_000),
        Setting("pallet", Kind.MONEY, N_("Pallet, incl. VAT"), 3_480, 0, 1_000_000),
        Setting("corsica", Kind.YES_NO, N_("Deliver to Corsica"), 1),
        Setting(
            "corsica_extra", Kind.MONEY, N_("Supplement for Corsica, incl. VAT"), 0, 0, 100_000
        ),
        Setting(
            "corsica_days",
            Kind.NUMBER,
            N_("Days more for Corsica"),
            2,
            0,
            30,
            hint=N_("In business days, added to the delivery time of the mainland."),
        ),
        Setting("monaco", Kind.YES_NO, N_("Deliver to Monaco"), 1),
        Setting(
            "armed_forces", Kind.YES_NO, N_("Deliver to the postal sectors of the armed forces"), 1
        ),
    ),
)

QUOTES = Part(
    "devis",
    N_("Quotes drawn up by the office"),
    N_("the largest discounts and the longest validity"),
    N_(
        "Quotes that the office draws up from that day on stay within these limits. Quotes that "
        "were issued keep what they promised."
    ),
    frozenset({ADMIN}),
    (
        Setting(
            "discount",
            Kind.PERCENT,
            N_("Largest discount of the sales staff, in per cent"),
            1_000,
            0,
            9_000,
        ),
        Setting(
            "administrators",
            Kind.PERCENT,
            N_("Largest discount of an administrator, in per cent"),
            3_000,
            0,
            9_000,
        ),
        Setting("months", Kind.NUMBER, N_("Longest validity, in months"), 3, 1, 12),
    ),
)

VALIDITY = Part(
    "validite",
    N_("Validity of quotes, and card payments"),
    N_("how long a quote holds its prices, and how long a payment page stays open"),
    N_(
        "Quotes that are drawn or renewed from that day on are valid for so long, and the pages "
        "and e-mails say so. Quotes that were issued keep their last day, and payment pages that "
        "are open their time. Conditions of sale that name the validity do not change by "
        "themselves: write a new version of them."
    ),
    frozenset({ADMIN}),
    (
        Setting(
            "months",
            Kind.NUMBER,
            N_("Validity of a quote, in months"),
            1,
            1,
            12,
            hint=N_("Calendar months, the last day included."),
        ),
        Setting(
            "card_minutes",
            Kind.NUMBER,
            N_("A payment page stays open for, in minutes"),
            45,
            35,
            1_400,
            hint=N_("The card processor takes more than half an hour and less than a day."),
        ),
    ),
)


def _letters(series: str, label: str) -> Setting:
    return Setting(series, Kind.LETTERS, label, value_of(series), 0, LAST_PREFIX)


NUMBERING = Part(
    "numerotation",
    N_("Numbers of documents"),
    N_("the two letters that the numbers of each kind of document begin with"),
    N_(
        "The next number from that day on begins with these letters and follows the last one: the "
        "sequence of the year goes on without a gap. Documents that were issued keep their "
        "numbers, and the search finds both."
    ),
    frozenset({ADMIN}),
    (
        _letters(QUOTE, N_("Quotes: letters")),
        _letters(ORDER, N_("Orders: letters")),
        _letters(DELIVERY_NOTE, N_("Delivery notes: letters")),
        _letters(INVOICE, N_("Invoices: letters")),
        _letters(CREDIT_NOTE, N_("Credit notes: letters")),
        _letters(RETURN, N_("Returns: letters")),
    ),
)

_CONFIRMED = N_("Have it confirmed by the accountant.")
RECOVERY = Part(
    "recouvrement",
    N_("Late payment"),
    N_("the interest and the compensation that invoices print and reminders count"),
    N_(
        "Invoices that are issued from that day on print these values, and their interest is "
        "counted by them. Invoices that were issued keep what they say. Consumers owe neither."
    ),
    frozenset({ACCOUNTING, ADMIN}),
    (
        Setting(
            "public_points",
            Kind.PERCENT,
            N_("Public bodies: points above the rate of the Central Bank"),
            POINTS["public"],
            POINTS["public"],
            2_000,
            hint=_CONFIRMED,
            source="CCP R2192-31",
        ),
        Setting(
            "business_points",
            Kind.PERCENT,
            N_("Traders: points above the rate of the Central Bank"),
            POINTS["business"],
            0,
            2_000,
            hint=_CONFIRMED,
            source="C. com. L441-10 II",
        ),
        Setting(
            "indemnity",
            Kind.MONEY,
            N_("Compensation for recovery costs, for each invoice"),
            INDEMNITY,
            INDEMNITY,
            100_000,
            hint=_CONFIRMED,
            source="CCP D2192-35; C. com. D441-5",
        ),
    ),
)

PURCHASE_ORDERS = Part(
    "bons-de-commande",
    N_("Original purchase orders"),
    N_("the difference from a quote that is accepted, and what is pointed out"),
    N_(
        "Originals that are recorded from that day on follow these values. Those that were "
        "recorded before stay as they were accepted."
    ),
    frozenset({ADMIN}),
    (
        Setting(
            "tolerance",
            Kind.MONEY,
            N_("Difference from the quote accepted without a reason"),
            5,
            0,
            100,
            hint=N_("Above or below, incl. VAT. Invoices never exceed the purchase order."),
        ),
        Setting(
            "first_order",
            Kind.MONEY,
            N_("A first order above this amount is pointed out"),
            500_000,
            0,
            100_000_000,
            hint=N_("Excl. VAT, when the original of an organisation without orders is recorded."),
        ),
    ),
)

FIRST_ORDERS = Part(
    "premiere-commande",
    N_("Documents before a first order"),
    N_("what the shop wants of an organisation before its first order is recorded"),
    N_(
        "First orders whose original is recorded from that day on wait for these documents. "
        "Nothing is wanted of organisations that have ordered before."
    ),
    frozenset({ADMIN}),
    (
        Setting(
            "registration",
            Kind.YES_NO,
            N_("Registration certificate, or SIRENE situation notice"),
            0,
        ),
        Setting("bank_details", Kind.YES_NO, N_("Bank details or billing form"), 0),
        Setting("delegation", Kind.YES_NO, N_("Delegation of signature"), 0),
        Setting("conditions", Kind.YES_NO, N_("Signed general conditions"), 0),
    ),
)

#: Closing periods that the settings hold at a time, and the most days of one.
PERIODS, LONGEST_CLOSING = 4, 60
_LAST_ORDINAL = date(2100, 12, 31).toordinal()


def _period(place: int) -> tuple[Setting, Setting]:
    first, last = N_("Closed from, period %(number)s"), N_("Closed to, period %(number)s")
    return (
        Setting(f"first_{place}", Kind.DAY, first, 0, 0, _LAST_ORDINAL, number=place),
        Setting(f"last_{place}", Kind.DAY, last, 0, 0, _LAST_ORDINAL, number=place),
    )


CLOSINGS = Part(
    "fermetures",
    N_("Closing days of the shop"),
    N_("days on which nothing is shipped or collected, besides the public holidays"),
    N_(
        "Dates of delivery and of collection that are told from that day on leave these days out. "
        "What was promised before stays, and so do the periods of the law. Both days are closed; "
        "leave both empty for no period."
    ),
    frozenset({ACCOUNTING, ADMIN}),
    tuple(one for place in range(1, PERIODS + 1) for one in _period(place)),
)

SEPARATION = Part(
    "separation",
    N_("Separation of duties"),
    N_("whether one person may do acts that two persons do"),
    N_(
        "A shop of one person lifts the rule. What one person then does alone is marked in the "
        "journal, and on credit notes. Acts of earlier days stay as they are."
    ),
    frozenset({ADMIN}),
    (Setting("one_person", Kind.YES_NO, N_("One person may do both acts"), 0),),
)

PARTS: dict[str, Part] = {
    part.key: part
    for part in (
        DELIVERY,
        VAT,
        VALIDITY,
        QUOTES,
        PURCHASE_ORDERS,
        FIRST_ORDERS,
        RECOVERY,
        CENTRAL_BANK,
        REMINDERS,
        HOLDS,
        NUMBERING,
        CLOSINGS,
        SEPARATION,
    )
}
