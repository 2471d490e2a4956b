"""The mailbox of the return path, read message by message.

A Maildir, an mbox file, a folder of an IMAP server. What was recognised is marked as read; the rest
is left to a person, and read again the next time.
"""

import imaplib
import mailbox
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

_SECONDS = 30
#: Whether the message was recognised.
Reader = Callable[[bytes], bool]


def read_mailbox(path: Path, reader: Reader) -> None:
    """Every unread message of a Maildir (a folder) or of an mbox file."""
    box: mailbox.Maildir | mailbox.mbox
    box = mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path, create=False)
    box.lock()
    try:
        for key in list(box.iterkeys()):
            message = box[key]
            if _is_read(message) or not reader(box.get_bytes(key)):
                continue
            _mark(message)
            box[key] = message
        box.flush()
    finally:
        box.unlock()
        box.close()


def read_imap(url: str, reader: Reader) -> None:
    """Every unread message of `imaps://user:password@host/folder`; `imap://` on this machine alone.
    Raises OSError, imaplib.IMAP4.error.
    """
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    with _imap(parts.scheme, host, parts.port) as server:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        status, _answer = server.select(unquote(parts.path).strip("/") or "INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error("the folder cannot be opened")
        _status, (numbers,) = server.uid("SEARCH", "UNSEEN")
        for number in (numbers or b"").decode().split():
            _status, answer = server.uid("FETCH", number, "(BODY.PEEK[])")
            data = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if data is not None and reader(data):
                server.uid("STORE", number, "+FLAGS", r"(\Seen)")


def _imap(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=_SECONDS)
    return imaplib.IMAP4(host, port or 143, timeout=_SECONDS)


def _is_read(message: mailbox.MaildirMessage | mailbox.mboxMessage) -> bool:
    flag = "S" if isinstance(message, mailbox.MaildirMessage) else "R"
    return flag in message.get_flags()


def _mark(message: mailbox.MaildirMessage | mailbox.mboxMessage) -> None:
    if isinstance(message, mailbox.MaildirMessage):
        message.set_subdir("cur")
        message.add_flag("S")
    else:
        message.add_flag("RO")
