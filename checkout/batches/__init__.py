"""Invoices that are issued or sent many at a time, by the worker."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "request_batch": "somebody of the accounting staff asks the worker for invoices, or sendings",
    "end_batch": "the worker has dealt with each line of a batch",
}
