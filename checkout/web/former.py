"""Former addresses of the pages of `checkout/`, each with the address that replaced it."""

FORMER = (
    ("/bureau/relances/reglages", "/bureau/reglages/relances"),
    ("/staff/factures", "/bureau/factures"),
    ("/staff/factures/<number>", "/bureau/factures/<number>"),
    ("/staff/invoices/<number>/file", "/bureau/factures/<number>"),
    ("/staff/invoices/<number>/payments", "/bureau/paiements/<number>"),
    ("/staff/livraisons", "/bureau/livraisons"),
    ("/staff/livraisons/<number>", "/bureau/livraisons/<number>"),
    ("/staff/orders/<number>/delivery-notes", "/bureau/livraisons/<number>"),
    ("/staff/orders/<number>/invoices", "/bureau/factures/commandes/<number>"),
    ("/staff/paiements", "/bureau/paiements"),
    ("/staff/paiements/<number>", "/bureau/paiements/<number>"),
    ("/staff/refunds/<int:payment_id>", "/bureau/paiements/remboursements/<int:payment_id>"),
)
