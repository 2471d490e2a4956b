"""The catalogue: products, their tree, prices, stock, and search."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "receive_goods": "goods have arrived: how many, from which supplier's note",
    "correct_stock": "the units on hand were corrected: by how many, why",
    "undo_correction": "a correction of the stock was undone by a contrary one",
    "place_goods": "where the warehouse keeps a product",
    "create_product": "a product was added to the catalogue, not on sale yet",
    "edit_product": "the sheet of a product was changed: what, before and after",
    "publish_product": "a product was put on sale",
    "withdraw_product": "a product was taken off sale: why",
    "add_family": "a chapter was added, or a family to a chapter",
    "change_family": "a family or a chapter was renamed or moved: before and after",
    "delete_family": "a family without products was deleted",
    "rename_brand": "a brand was renamed: before and after",
    "delete_brand": "a brand without products was deleted",
    "plan_price": "another price was given to a product: from which day, why",
    "cancel_price": "a planned price was cancelled before its day",
    "apply_price": "a price applies from now on: before and after",
    "expect_goods": "the day on which goods are expected",
}
