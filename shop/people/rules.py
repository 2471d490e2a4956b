"""What a person says of themselves: a value without a database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's name, telephone number, function and language, as they were typed.

    `language` is that of the pages and e-mails that they read: "fr" or "en".
    """

    name: str
    phone: str = ""
    function: str = ""
    language: str = "fr"
