"""Accounting entries of what the shop sold, and the reports that must equal them."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "set_account_numbers": "account numbers of the sales journal are set: the day of effect, "
    "each number before and after",
}
