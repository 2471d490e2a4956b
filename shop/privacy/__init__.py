"""One's own data: everything that the shop holds of a person, taken away or erased."""

#: What the journal keeps of it beside the workflows: entry and meaning.
JOURNALLED = {
    "copy_personal_data": "a person takes a copy of their data",
    "erase": "a person's data is erased",
    "deactivate": "an account is closed: the reason",
    "reopen": "an account is opened again: the reason",
}
