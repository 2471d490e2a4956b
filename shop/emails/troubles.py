"""Why an e-mail has not left, as far as the error says that the outbox stores."""

from enum import StrEnum, auto


class Trouble(StrEnum):
    """A cause. `REFUSED`: the server has answered with an error of another kind."""

    NO_SERVER = auto()
    NAME = auto()
    SIGN_IN = auto()
    SENDER = auto()
    RECIPIENT = auto()
    ENCRYPTION = auto()
    REFUSED = auto()
    OTHER = auto()


#: Beginnings of an error as it is stored: the name of the exception, then its words. Of two that
#: fit, the first counts.
_TROUBLES = (
    ("gaierror", Trouble.NAME),
    ("SMTPAuthenticationError", Trouble.SIGN_IN),
    ("SMTPSenderRefused", Trouble.SENDER),
    ("SMTPRecipientsRefused", Trouble.RECIPIENT),
    ("SSL", Trouble.ENCRYPTION),
    ("ConnectionRefusedError", Trouble.NO_SERVER),
    ("ConnectionResetError", Trouble.NO_SERVER),
    ("TimeoutError", Trouble.NO_SERVER),
    ("OSError", Trouble.NO_SERVER),
    ("SMTPConnectError", Trouble.NO_SERVER),
    ("SMTPServerDisconnected", Trouble.NO_SERVER),
    ("SMTP", Trouble.REFUSED),
)


def trouble_of(last_error: str) -> Trouble:
    """The cause of an error of the outbox."""
    return next((what for start, what in _TROUBLES if last_error.startswith(start)), Trouble.OTHER)
