"""People: accounts, and how they are opened."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "register": "an account is opened: its e-mail address has answered",
    "change": "a person changes their name, telephone, function or language",
}
