"""The page that asks before something is removed: the form posts to the page's own address."""

from flask import render_template


def confirmation(
    title: str, name: str, consequence: str, *, act: str, back: str, tick: str = ""
) -> str:
    """What is removed (`name`), what follows from it, the button `act`, and the way `back`. `tick`
    is the sentence of a box that must be ticked, where one press is not enough.
    """
    return render_template(
        "confirmation.html",
        title=title,
        name=name,
        consequence=consequence,
        act=act,
        back=back,
        tick=tick,
    )
