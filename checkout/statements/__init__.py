"""Bank statements: read, their movements matched with invoices, each confirmed by a person."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "import_statement": "a statement of the bank was read: its movements, its balances",
    "map_columns": "the columns of the CSV files of a bank were set",
}
