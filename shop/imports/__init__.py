"""Products imported from a file: compared with the catalogue, applied as a whole, undone."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED: dict[str, str] = {}
