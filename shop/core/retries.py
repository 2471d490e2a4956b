"""When something that failed is tried again: an e-mail, the PDF of a paper."""

from datetime import timedelta

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after that many attempts: a minute, doubled each time, up to six hours."""
    return min(FIRST_RETRY * 2 ** min(attempts - 1, 16), LAST_RETRY)
