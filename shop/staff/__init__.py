"""The staff of the shop: who works here, with which roles."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "invite_staff": "an administrator invites a person to work for the shop: the roles",
    "invite_staff_again": "the link of that invitation is sent again",
    "join_staff": "the invited person has chosen a password: their account is open",
    "change_staff_roles": "an administrator changes the roles of a person: before and after",
    "enter_leave": "an administrator enters an absence, its substitute and their roles",
    "end_leave": "an administrator ends that absence early, and with it the substitution",
    "release_substitute": "the account of the substitute is suspended: they lose the roles",
}
