#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {"change_identity": "what papers and pages say of the seller is changed"}
