"""The trial of the card processor before a shop opens: 0.50 € charged, then paid back."""
