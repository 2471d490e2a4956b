"""Personal data: everything that the shop holds about a person, exported or erased."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "copy_personal_data": "a person takes a copy of their data",
    "erase": "a person's data is erased",
    "deactivate": "an account is closed: the reason",
    "reopen": "an account is opened again: the reason",
}
