"""A module of rules that is changed to try `make mutants` itself."""

from pathlib import Path

PLANTED = '''"""Rules of a test."""
from shop.core.errors import N_

LIMIT: int = 3


class Base:
    pass


class Row(Base):
    size = 3


class TooMuch(Exception):
    sentence = N_("Too much.")


def ensure_few(count: int, most: int = LIMIT) -> bool:
    """Raises TooMuch."""
    if count > most:
        raise TooMuch
    return count == 1 or count == 1
'''


def plant(folder: Path) -> Path:
    """Write the module into a folder; returns its path."""
    path = folder / "planted_rules.py"
    path.write_text(PLANTED, encoding="utf-8")
    return path
