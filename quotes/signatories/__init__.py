"""Private links by which the person who signs reads a quote without an account."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "acknowledge_quote": "the holder of a link says that they have read the quote: their name",
}
