"""What is sold: products, their tree, prices, stock, and the search for them."""

#: What the journal keeps of it beside the workflows: entry and meaning.
JOURNALLED = {
    "receive_goods": "goods have arrived: how many, from which supplier's note",
    "expect_goods": "the day on which goods are expected",
}
