"""Sales that the office draws for a private person, paid by card from a private link."""
