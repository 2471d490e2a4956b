"""Carts: how many units a line may hold, and the refusals around it."""

from shop.core.errors import N_, DomainError

MAX_QUANTITY = 9999


class EmptyCart(DomainError):
    sentence = N_("Your cart is empty.")


class WrongQuantity(DomainError):
    sentence = N_("Enter a quantity from 1 to %(most)s.")
