"""Quotes that the office prepares for a client, who asks by telephone or e-mail."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "prepare_quote": "the office begins a quote for a client: the contact's account",
}
