"""What the card processor pays out to the bank: compared with the shop's payments and refunds."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "match_payout": "a line of a bank statement is a payout of the card processor",
}
