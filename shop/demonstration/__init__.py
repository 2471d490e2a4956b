"""The demonstration shop: a whole catalogue, clients and documents to try the procedure with."""
