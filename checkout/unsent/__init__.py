"""What is due and has not left the shop: e-mails, PDFs, deposits, files of invoices, refunds."""
