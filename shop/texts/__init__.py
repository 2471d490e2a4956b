"""Texts of the shop that the office writes, in versions with a day of effect."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {"publish_text": "a new version of a text of the shop: which, its number and its day"}
