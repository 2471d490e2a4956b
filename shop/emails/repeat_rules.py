"""Which e-mails are not sent again: which act writes a new one instead. Pure."""

from shop.core.errors import N_, Changed, DomainError


class NotSentAgain(DomainError):
    """A reason why an e-mail is not sent again; it is never raised itself."""

    sentence = N_("This e-mail is not sent again.")


class LinkOfAnAccount(NotSentAgain):
    sentence = N_(
        "This e-mail has a link that works once, and is never sent a second time. Its recipient "
        "asks for another one on the sign-in page: “Forgotten password”, or “Register”."
    )


class LinkOfANewAddress(NotSentAgain):
    sentence = N_(
        "This e-mail has a link that works once. The owner of the account enters the new address "
        "again on the page of their account."
    )


class LinkOfAnInvitation(NotSentAgain):
    sentence = N_(
        "This e-mail has the link of an invitation. Who invited the person sends the invitation "
        "again from the page of the members: it has a new link."
    )


class LinkOfAColleague(NotSentAgain):
    sentence = N_(
        "This e-mail has the link of an invitation. Send it again from the page of the team: it "
        "has a new link."
    )


class CodeOfATrial(NotSentAgain):
    sentence = N_("This e-mail has a code. Send another test message from the page of the opening.")


class LinkOfAnOrder(NotSentAgain):
    sentence = N_(
        "The recipient asked for this link, which opens an order to whoever has it. They ask for "
        "it again with the number of the order and their address."
    )


class RecipientErased(NotSentAgain):
    sentence = N_("The data of this person is erased: nothing more is sent to them.")


class AccountsAddress(NotSentAgain):
    sentence = N_(
        "This e-mail is for the owner of an account alone: it is sent to %(to)s or to nobody. The "
        "owner changes the address on the page of their account."
    )
    status = 422


class NotLeftYet(NotSentAgain):
    sentence = N_(
        "This e-mail has not left yet, and is tried again. It can be sent to another address if "
        "this one is wrong."
    )


class SentAgain(Changed):
    sentence = N_("A colleague has already sent this e-mail again, to %(to)s.")


#: Templates whose text has a link or a code that works once, and the refusal that says which act
#: makes a new one.
NEVER: dict[str, type[NotSentAgain]] = {
    "activate": LinkOfAnAccount,
    "new_password": LinkOfAnAccount,
    "new_email": LinkOfANewAddress,
    "invitation": LinkOfAnInvitation,
    "staff_invitation": LinkOfAColleague,
    "mail_trial": CodeOfATrial,
    "order_link": LinkOfAnOrder,
}
#: That of an erased account tells its former address, and is deleted once it has left.
OF_AN_ERASURE = frozenset({"account_erased"})


def ensure_repeatable(template: str, *, is_erased: bool) -> None:
    """Whether an e-mail may be sent again at all. Raises the refusals of `NEVER`,
    RecipientErased.
    """
    if template in NEVER:
        raise NEVER[template]
    if is_erased or template in OF_AN_ERASURE:
        raise RecipientErased
