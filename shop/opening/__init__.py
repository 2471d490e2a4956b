"""The opening of a real shop: what is still missing, and whether its doors are open."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "confirm_step": "an administrator confirms a step of the opening",
    "send_mail_trial": "a message with a code is sent, to try the mail server",
    "mistype_mail_code": "a wrong code is typed for the message that tries the mail server",
    "pass_mail_trial": "the code of the message is typed: the mail server works",
    "open_doors": "the public pages of the shop are opened",
    "close_doors": "the public pages of the shop are closed, with the reason",
}
