"""Common words in passwords, read once from the files in data/."""

from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
FILES = ("common_passwords.txt", "french_favourites.txt")


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Folded words (password_rules.folded_password). data/README.md names their source."""
    return frozenset(
        line
        for name in FILES
        for line in (DATA / name).read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
