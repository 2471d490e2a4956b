"""An organisation's nature according to a register. Pure rules."""

from enum import StrEnum


class Nature(StrEnum):
    """The nature by legal category (data/legal_categories.csv)."""

    PUBLIC = "public"
    REVIEW = "review"
    PRIVATE = "private"
