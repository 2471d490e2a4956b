"""The mailbox of the return path, read message by message.

A Maildir, an mbox file or one message of a pipe. What was recognised is marked as read; the rest is
left to a person, and read again the next time.
"""

import mailbox
from collections.abc import Callable
from pathlib import Path

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


def _is_read(message: mailbox.MaildirMessage | mailbox.mboxMessage) -> bool:
    flag = "S" if isinstance(message, mailbox.MaildirMessage) else "R"
    return flag in message.get_flags()


def _mark(message: mailbox.MaildirMessage | mailbox.mboxMessage) -> None:
    if isinstance(message, mailbox.MaildirMessage):
        message.set_subdir("cur")
        message.add_flag("S")
    else:
        message.add_flag("RO")
