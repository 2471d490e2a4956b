"""The card room: a payment by card, from the hosted page to the settled order."""
