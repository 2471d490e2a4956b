"""The name of a browser, from its User-Agent header: « Firefox, Windows ». Pure rules.

A hint for the owner, and nothing more: the header may say anything. Most browsers claim to be
others as well, so the order of these lists matters.
"""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("MSIE", "Internet Explorer"),
    ("Trident", "Internet Explorer"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(said: str) -> str:
    """Names of the browser and of its system, those that are known; empty for neither."""
    known = (_first(_BROWSERS, said), _first(_SYSTEMS, said))
    return ", ".join(name for name in known if name)


def _first(signs: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for sign, name in signs if sign in said), "")
