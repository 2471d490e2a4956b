"""Changes of the VAT rates: on their day the products pass to the new rate."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "move_vat_rates": "the products of a class pass to its new rate of VAT, on the day of effect",
}
