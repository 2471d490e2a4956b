"""The carriers whose tracking pages the shop knows: a table, without a request to anybody.

A tracking page is an address of this table, with the tracking number as a part of it: what is typed
on a delivery note never chooses where a link leads.
"""

import re
from urllib.parse import quote

from shop.core.folding import fold

#: Carriers by a word of their name, folded. Where the carrier's page asks for more than the number
#: (the postal code, an account), the address is that of the page where it is entered.
TRACKING_PAGES = {
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "lettre": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    "dpd": "https://trace.dpd.fr/fr/trace/{number}",
    "gls": "https://gls-group.com/FR/fr/suivi-colis?match={number}",
    "ups": "https://www.ups.com/track?loc=fr_FR&tracknum={number}",
    "dhl": "https://www.dhl.com/fr-fr/home/tracking.html?tracking-id={number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "tnt": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "geodis": "https://espace-client.geodis.com/services/destinataires/",
    "heppner": "https://www.heppner-group.com/",
    "mondial": "https://www.mondialrelay.fr/suivi-de-colis/?numeroExpedition={number}",
}
#: What carriers print as a number; anything else is a note, and is shown without a link.
_NUMBER = re.compile(r"[0-9A-Z]{6,40}")


def tracking_page(carrier: str, tracking: str) -> str | None:
    """The carrier's page for a tracking number; None for a carrier that is not in the table, or for
    what is no tracking number.
    """
    number = re.sub(r"[\s.-]", "", tracking).upper()
    if _NUMBER.fullmatch(number) is None:
        return None
    words = re.findall(r"[a-z0-9]+", fold(carrier))
    page = next((TRACKING_PAGES[word] for word in words if word in TRACKING_PAGES), None)
    return None if page is None else page.format(number=quote(number, safe=""))
