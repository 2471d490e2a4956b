"""Former addresses of the pages of `quotes/`, each with the address that replaced it in 0.2."""

FORMER = (
    ("/dossiers", "/devis"),
    ("/dossiers/<number>", "/devis/<number>"),
    ("/quotes", "/commande/devis"),
    ("/quotes/<number>/cancellation", "/devis/<number>/annulation"),
    ("/quotes/<number>/renewal", "/devis/<number>/renouvellement"),
    ("/quotes/<number>/scan", "/devis/<number>/bon-de-commande"),
    ("/staff/originaux", "/bureau/bons-de-commande"),
    ("/staff/originaux/<number>", "/bureau/bons-de-commande/<number>"),
    ("/staff/quotes/<number>/original", "/bureau/bons-de-commande/<number>"),
    ("/staff/quotes/<number>/refusal", "/bureau/bons-de-commande/<number>/refus"),
    ("/staff/quotes/<number>/signed-quote", "/bureau/bons-de-commande/<number>/devis-signe"),
)
