"""The account that customers pay to: it changes only when two persons agree."""
