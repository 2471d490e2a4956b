"""The kinds of e-mails about accounts, organisations and the staff of the shop. Pure."""

from shop.core.errors import N_
from shop.emails.kind_rules import (
    ADMINISTRATORS,
    COLLEAGUE,
    HOLDER,
    MEMBER,
    OFFICE,
    TYPED,
    Kind,
    KindGroup,
    fixed,
)

ACCOUNT = KindGroup(
    "compte",
    N_("Account and sign-in"),
    (
        fixed("activate", TYPED, N_("somebody opens an account")),
        fixed("account_exists", TYPED, N_("somebody opens an account that exists")),
        fixed("account_stays_closed", TYPED, N_("somebody asks for the use of a closed account")),
        fixed(
            "registration_unfinished",
            TYPED,
            N_("somebody asks for a new password before they activated their account"),
        ),
        fixed("new_password", HOLDER, N_("somebody has forgotten their password")),
        fixed("password_changed", HOLDER, N_("the password was changed")),
        fixed("new_email", N_("the new address"), N_("the address of an account is to change")),
        fixed(
            "new_email_asked",
            N_("the former address"),
            N_("the address of an account is to change"),
        ),
        fixed("email_changed", N_("the former address"), N_("the new address is confirmed")),
        fixed("second_factor_on", HOLDER, N_("the second factor is switched on")),
        fixed("second_factor_off", HOLDER, N_("the second factor is switched off")),
        fixed("recovery_code_used", HOLDER, N_("somebody signs in with a recovery code")),
        fixed("passkey_added", HOLDER, N_("a passkey is added")),
        fixed("passkey_removed", HOLDER, N_("a passkey is removed")),
        fixed("passkey_copied", HOLDER, N_("a passkey seems to be a copy")),
        fixed("account_closed", HOLDER, N_("the account is closed")),
        fixed("account_reopened", HOLDER, N_("the account is reopened")),
        fixed("account_erased", HOLDER, N_("the account is erased on request")),
    ),
)
ORGANISATION = KindGroup(
    "organisme",
    N_("Organisation and members"),
    (
        Kind("organisation_verified", ADMINISTRATORS, N_("the office verifies the organisation")),
        Kind("organisation_refused", ADMINISTRATORS, N_("the office refuses the verification")),
        Kind("organisation_suspended", ADMINISTRATORS, N_("the office suspends the organisation")),
        Kind(
            "organisation_private",
            ADMINISTRATORS,
            N_("the register says that the organisation is private"),
        ),
        Kind(
            "organisation_change_accepted",
            ADMINISTRATORS,
            N_("the office accepts another name or number"),
        ),
        Kind(
            "organisation_change_declined",
            ADMINISTRATORS,
            N_("the office declines another name or number"),
        ),
        Kind("price_agreement", ADMINISTRATORS, N_("an agreement on prices is signed")),
        Kind("invitation", N_("the invited person"), N_("an administrator invites a colleague")),
        Kind("joining_asked", ADMINISTRATORS, N_("somebody asks to join the organisation")),
        Kind("member_let_in", MEMBER, N_("the request to join is approved")),
        Kind("member_not_let_in", MEMBER, N_("the request to join is refused")),
        Kind("member_appointed", MEMBER, N_("the office appoints an administrator")),
        Kind("member_rights_changed", MEMBER, N_("the rights of a member are changed")),
        Kind("member_removed", MEMBER, N_("a member is removed")),
        Kind("member_set_aside", MEMBER, N_("the verification does not concern this member")),
        Kind("member_waits_again", MEMBER, N_("a member has left the domain of the organisation")),
        Kind(
            "member_left_domain",
            ADMINISTRATORS,
            N_("a member has left the domain of the organisation"),
        ),
    ),
)
STAFF = KindGroup(
    "equipe",
    N_("Staff of the shop"),
    (
        fixed("staff_invitation", COLLEAGUE, N_("an administrator invites a colleague")),
        fixed("staff_roles_changed", COLLEAGUE, N_("the roles of a colleague are changed")),
        fixed("substitution_entered", COLLEAGUE, N_("somebody is to replace a colleague")),
        fixed("substitution_ended", COLLEAGUE, N_("an absence is ended early")),
        fixed("bank_change_asked", OFFICE, N_("other bank details are asked for")),
        fixed("bank_change_confirmed", OFFICE, N_("other bank details are confirmed")),
        fixed("bank_change_refused", OFFICE, N_("other bank details are refused")),
        fixed("batch_left_out", COLLEAGUE, N_("a batch of invoices is over, with lines left out")),
        fixed("mail_trial", TYPED, N_("the mail server is tried")),
    ),
)
