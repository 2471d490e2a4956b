"""Organisations, their establishments, addresses and contacts."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "add_establishment": "an establishment is added: its SIRET",
    "change_header": "the letterhead address of an establishment is changed",
    "add_address": "a place or a paying service is added to an address book",
    "change_address": "an entry of an address book is changed",
    "remove_address": "an entry of an address book is removed",
    "add_contact": "a contact is added: the function, never the person",
    "change_contact": "a contact is changed",
    "remove_contact": "a contact is removed",
    "set_invoicing": "how invoices are received is changed: never the addresses",
}
