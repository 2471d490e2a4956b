"""The codes of a second factor: of a telephone (RFC 6238), and recovery codes. Pure rules.

A telephone and the shop share a key; every thirty seconds both compute the same six digits from it.
A recovery code is accepted once, when the telephone is lost.
"""

from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp

#: Seconds that a code is valid (RFC 6238, section 4.1), and how many steps a clock may be off:
#: section 5.2 advises one.
STEP, DRIFT = 30, 1
ISSUER = "Comptoir"
#: Without characters that are easily confused (0 and o, 1 and l and i).
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
#: 79 bits: too many to guess from a digest, so that no slow hash is needed.
RECOVERY_LENGTH, RECOVERY_COUNT = 16, 10


def accepted_step(key: str, typed: str, *, at: datetime, after: int | None) -> int | None:
    """The step whose code was typed, if it is valid at this moment; None for a wrong code.

    `key` is base32; `after` the last step accepted: a code is accepted once, and none before it.
    """
    current = int(at.timestamp()) // STEP
    made = pyotp.TOTP(key, interval=STEP)
    wanted = compact(typed).encode()
    for step in range(current - DRIFT, current + DRIFT + 1):
        fits = compare_digest(made.generate_otp(step).encode(), wanted)
        if fits and (after is None or step > after):
            return step
    return None


def key_address(key: str, email: str) -> str:
    """The address in the QR code: the key, and the account."""
    return pyotp.TOTP(key, interval=STEP).provisioning_uri(name=email, issuer_name=ISSUER)


def grouped_key(key: str) -> str:
    """The key as it is typed by hand: four characters at a time."""
    return _grouped(key, " ")


def written_recovery_code(code: str) -> str:
    """A recovery code as it is shown: `x7k2-9qmd-…`."""
    return _grouped(code, "-")


def recovery_digest(typed: str) -> str:
    """The stored digest of a recovery code, however it was typed."""
    return sha256(compact(typed).casefold().encode()).hexdigest()


def compact(typed: str) -> str:
    """A code without the spaces and hyphens of its groups."""
    return "".join(sign for sign in typed if sign.isalnum())


def _grouped(code: str, between: str) -> str:
    return between.join(code[i : i + 4] for i in range(0, len(code), 4))
