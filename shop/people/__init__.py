"""People: accounts, and how they are opened."""

#: What the journal keeps of it beside the workflows: entry and meaning.
JOURNALLED = {
    "register": "an account is opened: its e-mail address has answered",
    "change": "a person changes their name, telephone, function or language",
}
