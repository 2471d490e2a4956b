"""The first step of a sign-in, for every page with its form."""

from flask import url_for

from shop.ops.clock import now
from shop.signin import signing
from shop.web.kit.site import local_target, sentence_of
from shop.web.people.forms import SignInForm
from shop.web.people.registration import write_again
from shop.web.signin.awaited_code import expects_code
from shop.web.signin.entrance import check_password, home_of, let_in


def try_to_sign_in(form: SignInForm, then: str | None, *, start: str | None = None) -> str | None:
    """Check the form and open the session; the address of the next page: `then`, else the person's
    home, or that of the second step. None: the form has errors and is shown again.

    `start` is the page with the password form, where another page than the sign-in page has it.
    """
    if not form.validate():
        return None
    try:
        user_id = check_password(form.email.data or "", form.password.data or "")
    except signing.WrongCredentials as refusal:
        write_again(refusal)
        form.form_errors.append(sentence_of(refusal))
        return None
    if expects_code(user_id, at=now()):
        return url_for("signin.second_step", next=then, start=start)
    let_in(user_id)
    return local_target(then, home_of())
