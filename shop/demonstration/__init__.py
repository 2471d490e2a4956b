"""The demonstration shop: a whole catalogue, clients and papers to try the procedure with."""
