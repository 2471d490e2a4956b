"""The documents that the shop wants before the first order of an organisation."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "send_document": "a document wanted before a first order was sent by the client: its kind",
    "tick_document": "the office has a document wanted before a first order: its kind, where it is",
    "waive_document": "a document is not wanted before a first order: its kind, the reason",
}
