"""Signing in: sessions, passwords, the second factor, passkeys."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "sign_in": "a person has signed in",
    "sign_out": "a person has signed out",
    "close_session": "a person closes one of their sessions",
    "close_other_sessions": "a person closes all their sessions but this one",
    "set_new_password": "a new password, by a link in an e-mail",
    "change_password": "another password, after the present one",
    "ask_new_email": "another e-mail address is asked for",
    "change_email": "the new e-mail address has answered",
    "turn_on_second_factor": "codes of a telephone are required from now on",
    "turn_off_second_factor": "codes are no longer required",
    "remove_second_factor": "the shop removes it for a person who lost their telephone: the reason",
    "use_recovery_code": "a recovery code has opened the account: how many are left",
    "renew_recovery_codes": "recovery codes are replaced",
    "add_passkey": "a passkey is added: its name",
    "remove_passkey": "a passkey is removed",
    "refuse_passkey": "a passkey that seems to have been copied is refused",
}
