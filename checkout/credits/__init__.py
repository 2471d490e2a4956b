"""Credit notes of invoices, and the money that they give back."""
