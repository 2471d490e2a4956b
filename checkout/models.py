"""Rows of every package of `checkout/`, imported so that their tables can refer to each other."""

import checkout.card.models
import checkout.credits.models
import checkout.deliveries.models
import checkout.deposits.models
import checkout.drafts.models
import checkout.invoices.models
import checkout.orders.models
import checkout.payments.models
import checkout.withdrawals.models

ROWS = (
    checkout.card.models,
    checkout.credits.models,
    checkout.deliveries.models,
    checkout.deposits.models,
    checkout.drafts.models,
    checkout.invoices.models,
    checkout.orders.models,
    checkout.payments.models,
    checkout.withdrawals.models,
)
