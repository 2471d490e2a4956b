"""The series of documents, and the letters that their numbers begin with. Pure rules.

A series is named by the letters that it has until the office chooses others.
"""

QUOTE, ORDER, DELIVERY_NOTE, INVOICE, CREDIT_NOTE = "DE", "CO", "BL", "FA", "AV"
RETURN = "RT"
SERIES = (QUOTE, ORDER, DELIVERY_NOTE, INVOICE, CREDIT_NOTE, RETURN)
#: The value of the prefix ZZ.
LAST_PREFIX = 26 * 26 - 1


def prefix_of(value: int) -> str:
    """The two letters that a setting keeps as a whole number: 0 is AA."""
    first, second = divmod(value, 26)
    return chr(ord("A") + first) + chr(ord("A") + second)


def value_of(prefix: str) -> int:
    """The whole number of two capital letters."""
    first, second = (ord(letter) - ord("A") for letter in prefix)
    return first * 26 + second
