"""What was done, told on the next page, with the way to the act that undoes it."""

from flask import flash
from markupsafe import Markup

#: « u » opens it (static/js/keys.js).
_UNDOING = Markup('{} <a href="{}" data-key="u">{}</a>')


def tell_done(words: str, *, undo: str = "", url: str = "") -> None:
    """Tell it as a success. `undo` names the act that takes it back, in words; `url` is the page of
    that act, which this person may open.
    """
    flash(_UNDOING.format(words, url, undo) if undo else words, "good")
