"""Passwords, stored as Argon2id hashes. Hashing takes tens of milliseconds: never inside a
transaction.
"""

from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

#: Characters; no other rule, as the CNIL and NIST advise where attempts are limited (attempts.py).
LEAST_LENGTH = 12
MOST_LENGTH = 200

#: The parameters that pwdlib advises: 64 MiB, three passes. Tests hash at a lower cost.
hasher = PasswordHash((Argon2Hasher(),))


def hash_password(password: str) -> str:
    """The Argon2id hash to store."""
    return hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether the password matches the stored hash.

    Takes the same time when there is no account, so that the time does not reveal whether an
    address has one.
    """
    fits = hasher.verify(password, kept or _nobodys())
    return fits and kept is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hasher.hash("nobody has this password")
