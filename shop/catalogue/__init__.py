"""The catalogue: products, their tree, prices, stock, and search."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "receive_goods": "goods have arrived: how many, from which supplier's note",
    "expect_goods": "the day on which goods are expected",
}
