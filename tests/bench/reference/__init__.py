"""The reference application: a plain Flask + SQLAlchemy Core version of the shop's pages.

FROZEN since its first version: it is the yardstick, so nobody makes it faster, slower, richer or
poorer. It knows nothing of the shop: its own tables, templates and orders; no accounts, no
translations, no e-mails. Each page carries a session cookie, a CSRF token, a CSP nonce, the cart's
count, stored facets, a listing by key with prices and pictures, as many cards as the shop shows and
about as many bytes.
"""
