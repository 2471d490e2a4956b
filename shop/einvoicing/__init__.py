"""The electronic invoice: Factur-X of profile EN 16931, composed from a frozen invoice alone."""
