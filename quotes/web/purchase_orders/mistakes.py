"""All mistakes of the record of an original, each beside its field, at once."""

from collections.abc import Iterable

from sqlalchemy import select

from quotes.procedure import PROCEDURE
from quotes.purchase_orders.mistakes import mistakes_of
from quotes.purchase_orders.queue import last_scan
from quotes.purchase_orders.rules import (
    CommitmentNumberMissing,
    DatedTooEarly,
    LateReasonMissing,
    Mistake,
    NotConforming,
    ReceivedBeforeDated,
    ReceivedInFuture,
    ReferenceUsedBefore,
    ScanMissing,
    ServiceCodeMissing,
    WrongAmount,
)
from quotes.quotes.models import Quote
from quotes.web.purchase_orders.forms import OriginalForm
from quotes.web.purchase_orders.page import stage_now, tolerance
from shop.core.errors import NotFound
from shop.documents.uploads import Upload
from shop.ops.clock import now, today
from shop.web.kit.site import reading, sentence_of

#: The form field that shows each mistake.
BESIDE: dict[type[Mistake], str] = {
    NotConforming: "original_paper",
    WrongAmount: "amount",
    CommitmentNumberMissing: "engagement",
    ServiceCodeMissing: "service_code",
    ReceivedInFuture: "received_on",
    ReferenceUsedBefore: "reuse_confirmed",
    LateReasonMissing: "late_reason",
    ReceivedBeforeDated: "received_on",
    DatedTooEarly: "dated_on",
    ScanMissing: "scan",
}


def tell_mistakes(form: OriginalForm, number: str, upload: Upload | None) -> bool:
    """Show all mistakes of a record, beside what the form found itself: answers that are missing
    are taken as right. None of a quote that has its order: the service says so. Whether the number
    of the purchase order served before. Raises NotFound.
    """
    session, at = reading(), now()
    quote = session.scalar(select(Quote).where(Quote.number == number))
    if quote is None:
        raise NotFound(number=number)
    day = form.dated_on.data or form.received_on.data or today()
    instead = {"dated_on": day, "received_on": day, "amount": quote.including}
    stage = stage_now(quote, at)
    late = PROCEDURE.find("honour_late", stage) is not None
    if not late and PROCEDURE.find("record_original", stage) is None:
        return False
    found = mistakes_of(
        session,
        quote,
        form.conformity(tolerance(), instead=instead),
        late_reason=(form.late_reason.data or "") if late else None,
        at=at,
    )
    if upload is None and last_scan(session, quote.id) is None:
        found.append(ScanMissing())
    return show_mistakes(form, found)


def show_mistakes(form: OriginalForm, found: Iterable[Mistake]) -> bool:
    """Write each mistake beside its field, unless it has another one. Whether the number of the
    purchase order served before.
    """
    reused = False
    for one in found:
        field = form[BESIDE[type(one)]]
        if not field.errors:
            field.errors = [sentence_of(one)]
        reused = reused or isinstance(one, ReferenceUsedBefore)
    return reused
