"""Invoices and credit notes as accountants list, sum and export them."""
