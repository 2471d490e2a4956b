"""The configured register: the embedded one or the State's."""

from functools import lru_cache

from sqlalchemy.orm import Session

from shop.ops.config import Settings
from shop.register.answers import (
    Register,
    Source,
)
from shop.register.embedded import EmbeddedRegister


def register_of(config: Settings, session: Session, *, in_a_page: bool) -> Register:
    """The configured register; `session` reads the embedded one."""
    if config.register == Source.STATE:
        return _state(config.register_url, config.public_url, in_a_page)
    return EmbeddedRegister(session)


@lru_cache(maxsize=8)
def _state(url: str, shop_url: str, in_a_page: bool) -> Register:
    """One instance for the whole process: it counts its requests and respects Retry-After."""
    # Importing the library is slow: it is imported where it is needed, not at start-up.
    from shop.register.state import IN_A_PAGE, IN_THE_WORKER, StateRegister

    patience = IN_A_PAGE if in_a_page else IN_THE_WORKER
    return StateRegister(url, shop_url=shop_url, patience=patience)
