"""What a register says of an organisation's nature. Pure rules."""

from enum import StrEnum


class Nature(StrEnum):
    """What the legal category says (data/legal_categories.csv)."""

    PUBLIC = "public"
    REVIEW = "review"
    PRIVATE = "private"
