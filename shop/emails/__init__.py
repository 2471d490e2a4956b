"""E-mails: their kinds, their text with the shop's own words, their delivery, refused addresses."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "publish_wording": "new words of the shop in a kind of e-mail: which, and the number of the "
    "version",
    "email_refused": "the receiving server refuses the address for good; no other attempt is made",
}
