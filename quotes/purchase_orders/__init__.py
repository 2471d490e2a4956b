"""Purchase orders: copies, originals, and what the shop records of them."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "accept_difference": "an original of another amount than its quote: both amounts, the reason",
}
