"""Deposits of invoices and credit notes on Chorus Pro, by hand or through its API."""
