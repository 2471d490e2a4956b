"""The mark of what somebody was shown: what is sent back with it is recorded, nothing else."""

import hashlib
import json
from typing import Any


def mark_of(*shown: Any) -> str:
    """A digest of values that JSON can write, in a few characters: the same values, the same
    mark.
    """
    told = json.dumps(shown, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
