"""The settings about what is due: reminders, the rates of the Central Bank, the hold of clients.
Pure rules.
"""

from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_
from shop.settings.part_rules import Kind, Part, Setting

#: Reminders of an invoice at the most, and the longest text of one.
LEVELS, LONGEST_TEXT = 4, 1_000
_DAYS = (7, 21, 45, 0)
_ROLES = frozenset({ACCOUNTING, ADMIN})


def _level(place: int) -> tuple[Setting, Setting, Setting]:
    days = N_("Reminder %(number)s: days after the last day to pay")
    french = N_("Reminder %(number)s: text in French")
    english = N_("Reminder %(number)s: text in English")
    none = "" if place == 1 else N_("0 for no reminder.")
    return (
        Setting(
            f"days_{place}",
            Kind.NUMBER,
            days,
            _DAYS[place - 1],
            int(place == 1),
            365,
            hint=none,
            number=place,
        ),
        Setting(f"french_{place}", Kind.TEXT, french, 0, 0, LONGEST_TEXT, number=place),
        Setting(f"english_{place}", Kind.TEXT, english, 0, 0, LONGEST_TEXT, number=place),
    )


REMINDERS = Part(
    "relances",
    N_("Reminders of overdue invoices"),
    N_("when reminders leave, and what they add"),
    N_(
        "Reminders that leave from that day on follow these days and say these texts, also those "
        "of invoices that were issued before. Reminders that were sent stay as they are."
    ),
    _ROLES,
    tuple(one for place in range(1, LEVELS + 1) for one in _level(place)),
)

CENTRAL_BANK = Part(
    "taux-bce",
    N_("Rates of the European Central Bank"),
    N_("the rates that the interest on late payment is counted above"),
    N_(
        "From that day on the interest of every late invoice, also of earlier half-years, is "
        "counted with these rates. What reminders and letters said before stays as it was said."
    ),
    _ROLES,
    (
        Setting(
            "rates",
            Kind.RATES,
            N_("Main refinancing rates of the European Central Bank"),
            most=2_000,
            default=0,
            hint=N_("One half-year a line: 2026-01 2,15. The rate of its first day, in percent."),
            source="CCP R2192-31; C. com. L441-10 II",
            words="2025-01 3,15\n2025-07 2,15",
        ),
    ),
)

#: The choices of the hold: `checkout.receivables.rules.HoldMode` has the same order.
HOLDS = Part(
    "blocages",
    N_("Hold of overdue clients"),
    N_("from which amount and delay a client who owes is pointed out, or gets nothing more"),
    N_(
        "From that day on clients are pointed out, or get nothing more, by these values, also for "
        "what they owe already. Holds that were lifted stay lifted to their last day."
    ),
    _ROLES,
    (
        Setting(
            "hold_mode",
            Kind.CHOICE,
            N_("A client who owes too much for too long"),
            1,
            0,
            2,
            choices=(
                N_("is not pointed out"),
                N_("is pointed out where their orders are handled"),
                N_("gets nothing more until the hold is lifted"),
            ),
        ),
        Setting("hold_days", Kind.NUMBER, N_("Days overdue"), 30, 1, 365),
        Setting("hold_amount", Kind.MONEY, N_("More than this amount"), 0, 0, 1_000_000_000),
    ),
)
