"""Clients of the shop: their list, the terms agreed with them, notes about them."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {"write_note": "the staff write a note about a client; its text is not told"}
