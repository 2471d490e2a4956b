"""Photographs of products: sent by the sales staff, resized by the worker, shown by the shop."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "add_photographs": "photographs of a product were sent: how many",
    "arrange_photographs": "the order or the words of a product's photographs were changed",
    "remove_photograph": "a photograph of a product was removed",
}
