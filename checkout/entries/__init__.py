"""Accounting entries of what the shop sold, and the reports that must equal them."""
