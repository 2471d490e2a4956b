"""A local Chorus Pro for demonstrations and tests: `python -m checkout.deposits.sandbox`.

It answers the calls that the shop makes as the service does, refuses fields that it does not know,
and rejects what public sources say that the service rejects (causes.json, each with its source).
"""
