"""One's own data: everything that the shop holds of a person, taken away or erased."""
