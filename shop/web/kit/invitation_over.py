"""The page of an invitation whose link is no longer valid, of an organisation or of the staff."""

from flask import render_template

from shop.core.errors import DomainError
from shop.web.kit.site import sentence_of


def invitation_over(refusal: DomainError) -> tuple[str, int]:
    """The page, which says why, and its status."""
    return render_template("invitation_over.html", sentence=sentence_of(refusal)), refusal.status
