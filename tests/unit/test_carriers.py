"""The carrier's page of a delivery: an address of the table, whatever is typed."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.deliveries.carriers import TRACKING_PAGES, tracking_page

HOSTS = {urlsplit(page).netloc for page in TRACKING_PAGES.values()}


@pytest.mark.parametrize(
    ("carrier", "tracking", "page"),
    [
        ("Colissimo", "6A 1234 5678 901", "https://www.laposte.fr/outils/suivre-vos-envois?code="),
        ("LA POSTE – Colissimo", "6A12345678901", "https://www.laposte.fr/outils/"),
        ("Chronopost 13", "XW123456789FR", "https://www.chronopost.fr/tracking-no-cms/"),
        ("DPD France", "25012345678901", "https://trace.dpd.fr/fr/trace/25012345678901"),
        ("gls", "00AB12CD", "https://gls-group.com/FR/fr/suivi-colis?match=00AB12CD"),
        ("U.P.S.", "1Z999AA10123456784", None),
        ("UPS Standard", "1z999aa10123456784", "https://www.ups.com/track?loc=fr_FR&tracknum=1Z9"),
        ("DHL Express", "1234567890", "https://www.dhl.com/fr-fr/home/tracking.html"),
        ("Géodis", "1A2B3C4D", "https://espace-client.geodis.com/services/destinataires/"),
        ("Heppner", "12345678", "https://www.heppner-group.com/"),
        ("Transports du Perche", "TP44712096", None),
        ("Groupster", "12345678", None),
        ("Colissimo", "", None),
        ("Colissimo", "déposé à l'accueil", None),
        ("", "6A12345678901", None),
    ],
)
def test_a_carrier_of_the_table_has_a_tracking_page(carrier: str, tracking: str, page: str | None):
    found = tracking_page(carrier, tracking)
    assert found is None if page is None else (found or "").startswith(page)


@given(
    st.text(max_size=80) | st.sampled_from(sorted(TRACKING_PAGES)),
    st.text(max_size=80) | st.from_regex(r"[0-9A-Za-z .-]{6,40}", fullmatch=True),
)
def test_what_is_typed_never_chooses_where_a_link_leads(carrier: str, tracking: str):
    page = tracking_page(carrier, tracking)
    if page is not None:
        told = urlsplit(page)
        assert (told.scheme, told.netloc in HOSTS) == ("https", True)
        assert page.isascii()
        assert not {*page} & {*" \"'<>\\"}
