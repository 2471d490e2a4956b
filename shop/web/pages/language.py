"""Choosing the language of the pages; the choice is stored in the session."""

from flask import redirect, request, session
from werkzeug.wrappers import Response

from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.site import LANGUAGES, local_target
from shop.web.pages import blueprint


@blueprint.post("/langue")
@everybody
@repeatable("the language is the one that was chosen")
def switch_language() -> Response:
    """Store the language and go back to the page."""
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(local_target(request.form.get("next", "").removesuffix("?")), 303)
