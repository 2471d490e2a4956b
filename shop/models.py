"""Rows of every package of `shop/`, imported so that their tables can refer to each other."""

import shop.agreements.models
import shop.bank_details.models
import shop.cart.models
import shop.catalogue.models
import shop.clients.models
import shop.dossiers.models
import shop.emails.models
import shop.home.models
import shop.imports.models
import shop.letterheads.models
import shop.members.models
import shop.opening.models
import shop.ops.models
import shop.organisations.models
import shop.people.models
import shop.photographs.models
import shop.questions.models
import shop.register.models
import shop.settings.models
import shop.signin.models
import shop.staff.models
import shop.storage.form_keys
import shop.storage.journal
import shop.storage.lookup
import shop.storage.numbering
import shop.storage.outbox
import shop.texts.models
import shop.vat_rates.models
import shop.verification.models
import shop.wanted_documents.models

ROWS = (
    shop.agreements.models,
    shop.bank_details.models,
    shop.cart.models,
    shop.catalogue.models,
    shop.clients.models,
    shop.dossiers.models,
    shop.emails.models,
    shop.home.models,
    shop.imports.models,
    shop.letterheads.models,
    shop.members.models,
    shop.opening.models,
    shop.ops.models,
    shop.organisations.models,
    shop.people.models,
    shop.photographs.models,
    shop.questions.models,
    shop.register.models,
    shop.settings.models,
    shop.signin.models,
    shop.staff.models,
    shop.storage.form_keys,
    shop.storage.journal,
    shop.storage.lookup,
    shop.storage.numbering,
    shop.storage.outbox,
    shop.texts.models,
    shop.vat_rates.models,
    shop.verification.models,
    shop.wanted_documents.models,
)
