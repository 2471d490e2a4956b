"""Who belongs to an organisation: memberships, invitations, e-mail domains."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "register": "an account is opened by an invitation",
    "no_reader": "an e-mail is not sent: nobody of the organisation may read the dossier",
}
