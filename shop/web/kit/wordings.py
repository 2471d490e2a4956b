"""The shop's own words in its e-mails, for pages that show an e-mail: read once a minute."""

from shop.emails.wordings import wordings_in_force
from shop.emails.words_rules import Wordings
from shop.web.kit.kept import Kept
from shop.web.kit.site import database


def wordings_today() -> Wordings:
    """The words of every kind of e-mail that has some of its own."""
    return _WORDINGS.get()


def read_wordings_again() -> None:
    """Words were published: this process reads them again."""
    _WORDINGS.forget()


def _read() -> Wordings:
    with database().reading() as connection:
        return wordings_in_force(connection)


_WORDINGS = Kept("wordings", _read)
