"""The demonstration's catalogue: chapters, families, brands, uses and products with their stock."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from shop.catalogue.folder import load_catalogue

DATA = Path(__file__).parent / "data"


def fill_catalogue(session: Session, *, at: datetime) -> None:
    """Fill an empty catalogue with the demonstration's."""
    load_catalogue(session, DATA, at=at)
