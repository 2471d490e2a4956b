"""Products imported from a file: compared with the catalogue, applied as a whole, undone."""
