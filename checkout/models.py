"""Rows of every package of `checkout/`, imported so that their tables can refer to each other."""

import checkout.batches.models
import checkout.cancellations.models
import checkout.card.models
import checkout.card_trials.models
import checkout.credits.models
import checkout.deliveries.models
import checkout.deposits.models
import checkout.drafts.models
import checkout.entries.models
import checkout.invoices.models
import checkout.orders.models
import checkout.payment_links.models
import checkout.payments.models
import checkout.payouts.models
import checkout.receivables.models
import checkout.returns.models
import checkout.statements.models
import checkout.withdrawals.models

ROWS = (
    checkout.batches.models,
    checkout.cancellations.models,
    checkout.card.models,
    checkout.card_trials.models,
    checkout.credits.models,
    checkout.deliveries.models,
    checkout.deposits.models,
    checkout.drafts.models,
    checkout.entries.models,
    checkout.invoices.models,
    checkout.orders.models,
    checkout.payment_links.models,
    checkout.payments.models,
    checkout.payouts.models,
    checkout.returns.models,
    checkout.receivables.models,
    checkout.statements.models,
    checkout.withdrawals.models,
)
