"""The original PDFs of invoices and credit notes in one ZIP file, with a list of their sha256.

The file is written while it is sent: one document is in memory at a time. A document whose PDF is
not made yet is named in the list, so that nobody takes the file for complete.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from checkout.invoices.ledger import LedgerLine
from checkout.invoices.zip_files import Entry, zip_of
from shop.dossiers.models import StoredFile

#: Documents whose files are asked for with one statement.
_AT_ONCE = 500


def originals_of(session: Session, documents: Iterable[LedgerLine]) -> Iterator[bytes]:
    """The ZIP file of those documents, in parts."""
    missing: list[str] = []
    return zip_of(_entries(session, documents, missing), missing)


def _entries(
    session: Session, documents: Iterable[LedgerLine], missing: list[str]
) -> Iterator[Entry]:
    """The PDFs of the documents; those that are not made yet are added to `missing`."""
    left = iter(documents)
    while some := {document.paper_id: document.number for document in islice(left, _AT_ONCE)}:
        for paper_id, sha256, data in session.execute(_files(some)):
            yield Entry(f"{some.pop(paper_id)}.pdf", sha256, data)
        missing += some.values()


def _files(paper_ids: Collection[int]) -> Executable:
    """The PDFs of papers, one fetched at a time."""
    return (
        select(StoredFile.paper_id, StoredFile.sha256, StoredFile.data)
        .where(StoredFile.paper_id.in_(paper_ids))
        .order_by(StoredFile.paper_id)
        .execution_options(yield_per=1)
    )
