"""Wrong invoices: a credit note or a reversal and a new invoice, in one act."""
