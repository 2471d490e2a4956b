"""Transfers by their parts: moved, split, kept as a credit, set aside, given back."""
