"""The opening of a real shop: what is still missing, and whether its doors are open."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "confirm_step": "an administrator confirms a step of the opening",
    "open_doors": "the public pages of the shop are opened",
    "close_doors": "the public pages of the shop are closed, with the reason",
}
