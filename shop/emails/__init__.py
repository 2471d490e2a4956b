"""E-mails: their text, their delivery, and those whose address was refused."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "email_refused": "the receiving server refuses the address for good; no other attempt is made",
}
