"""A strict stand-in for Stripe, on its own port, for demonstrations and tests.

What it refuses, Stripe refuses; what it accepts, it keeps: parameters come from the typed
parameters of stripe-python, repeated keys replay, refunds stay within what was paid, webhooks are
signed and retried, and the test cards behave as Stripe's.

    python -m checkout.card.sandbox --port 8001 --state instance/sandbox.db \\
        --hook http://127.0.0.1:8000/card/webhook
"""
