"""Card payments, from the hosted page to the settled order."""
