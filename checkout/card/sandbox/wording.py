"""The text of the payment page, in its two languages.

The processor is independent of the shop, as Stripe is, so it has translations of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

_NB = "\u00a0"


@dataclass(frozen=True)
class Wording:
    """Sentences by key; a missing key is a fault of the page, never an empty sentence."""

    language: str
    words: dict[str, str]

    def __call__(self, key: str, **facts: str) -> str:
        return self.words[key].format(**facts)

    def knows(self, key: str) -> bool:
        return key in self.words


FRENCH = Wording(
    "fr",
    {
        "title": "Paiement sécurisé",
        "test": "Paiement d’essai",
        "test_explained": "Aucune carte réelle n’est débitée.",
        "merchant": "Comptoir",
        "pay_merchant": "Payer Comptoir",
        "back": "Revenir à la boutique",
        "summary": "Votre commande",
        "quantity": f"Quantité{_NB}: {{quantity}}",
        "total": "Total à payer",
        "card": "Payer par carte",
        "email": "E-mail",
        "cardNumber": "Numéro de carte",
        "cardExpiry": "Expiration",
        "expiry_hint": "MM / AA",
        "cardCvc": "Cryptogramme",
        "cvc_hint": "3 chiffres au dos",
        "billingName": "Nom du titulaire",
        "pay": "Payer {amount}",
        "cards_title": "Les cartes d’essai",
        "cards_number": "Numéro",
        "cards_result": "Résultat",
        "cards_rest": "Expiration à venir, cryptogramme et nom au choix.",
        "result_ok": "acceptée",
        "result_3ds": "demande 3-D Secure",
        "result_declined": "refusée",
        "result_funds": "provision insuffisante",
        "result_expired": "carte expirée",
        "result_cvc": "cryptogramme faux",
        "errors": "Le paiement n’est pas parti. Corrigez les champs signalés.",
        "incomplete_number": "Le numéro de carte est incomplet.",
        "invalid_number": "Ce numéro de carte n’existe pas. Vérifiez les chiffres.",
        "invalid_expiry": "Écrivez la date comme sur la carte, par exemple 12 / 34.",
        "past_expiry": "Cette carte a expiré.",
        "incomplete_cvc": "Le cryptogramme est incomplet.",
        "missing_name": "Écrivez le nom qui figure sur la carte.",
        "declined": "Paiement refusé",
        "generic_decline": "Votre carte a été refusée. Essayez une autre carte.",
        "insufficient_funds": (
            "Votre carte n’a pas une provision suffisante. Essayez une autre carte."
        ),
        "expired_card": "Votre carte a expiré. Essayez une autre carte.",
        "incorrect_cvc": "Le cryptogramme de votre carte est faux. Vérifiez-le et recommencez.",
        "processing_error": (
            "Une erreur s’est produite pendant le traitement de la carte. "
            "Recommencez dans un instant."
        ),
        "test_mode_live_card": (
            "Votre carte a été refusée. Cette page n’accepte que les cartes d’essai."
        ),
        "payment_intent_authentication_failure": (
            "Votre banque n’a pas pu vous identifier. Recommencez ou essayez une autre carte."
        ),
        "secure_title": "3-D Secure",
        "secure_heading": "Votre banque vous identifie",
        "secure_text": (
            "Page d’essai de 3-D Secure. Choisissez ce que la banque doit répondre "
            "pour le paiement de {amount}."
        ),
        "secure_card": "Carte se terminant par {last4}",
        "secure_pass": "Autoriser le paiement",
        "secure_fail": "Faire échouer l’identification",
        "over_title": "Page fermée",
        "expired": "Cette page de paiement a expiré",
        "expired_text": "Rien n’a été débité. Revenez à la boutique pour recommencer.",
        "complete": "Le paiement est fait",
        "complete_text": "Il n’y a plus rien à payer ici.",
        "complete_link": "Voir la confirmation",
        "unknown": "Cette page de paiement n’existe pas",
        "unknown_text": "L’adresse est peut-être incomplète.",
        "dashboard": "Paiements reçus",
        "dashboard_text": (
            "Le tableau de bord du processeur d’essai : ce que le vendeur et la banque du client "
            "font d’un paiement. La boutique l’apprend par ses événements."
        ),
        "dashboard_none": "Aucun paiement n’a encore été reçu.",
        "dashboard_most": "Les {most} derniers paiements sont affichés.",
        "day": "Jour",
        "customer": "Client",
        "refunded": "Remboursé",
        "refund_amount": "Montant à rembourser, en euros",
        "refund": "Rembourser",
        "dispute": "Contester, comme la banque",
        "won": "Donner raison au vendeur",
        "lost": "Donner raison au client",
        "disputed": "contesté",
        "refused": "Refusé par le processeur : {said}",
    },
)
ENGLISH = Wording(
    "en",
    {
        "title": "Secure payment",
        "test": "Test payment",
        "test_explained": "No real card is charged.",
        "merchant": "Comptoir",
        "pay_merchant": "Pay Comptoir",
        "back": "Back to the shop",
        "summary": "Your order",
        "quantity": "Quantity: {quantity}",
        "total": "Total due",
        "card": "Pay with card",
        "email": "E-mail",
        "cardNumber": "Card number",
        "cardExpiry": "Expiry",
        "expiry_hint": "MM / YY",
        "cardCvc": "Security code",
        "cvc_hint": "3 digits on the back",
        "billingName": "Name on card",
        "pay": "Pay {amount}",
        "cards_title": "Test cards",
        "cards_number": "Number",
        "cards_result": "Result",
        "cards_rest": "Any future expiry, any security code, any name.",
        "result_ok": "accepted",
        "result_3ds": "asks for 3-D Secure",
        "result_declined": "declined",
        "result_funds": "insufficient funds",
        "result_expired": "expired card",
        "result_cvc": "wrong security code",
        "errors": "The payment was not sent. Correct the marked fields.",
        "incomplete_number": "The card number is incomplete.",
        "invalid_number": "This card number does not exist. Check the digits.",
        "invalid_expiry": "Enter the date as on the card, for example 12 / 34.",
        "past_expiry": "This card has expired.",
        "incomplete_cvc": "The security code is incomplete.",
        "missing_name": "Enter the name as it appears on the card.",
        "declined": "Payment declined",
        "generic_decline": "Your card was declined. Try another card.",
        "insufficient_funds": "Your card has insufficient funds. Try another card.",
        "expired_card": "Your card has expired. Try another card.",
        "incorrect_cvc": "Your card’s security code is wrong. Check it and try again.",
        "processing_error": "An error occurred while processing the card. Try again in a moment.",
        "test_mode_live_card": "Your card was declined. This page takes test cards only.",
        "payment_intent_authentication_failure": (
            "Your bank could not identify you. Try again or use another card."
        ),
        "secure_title": "3-D Secure",
        "secure_heading": "Your bank identifies you",
        "secure_text": (
            "3-D Secure test page. Choose what the bank answers for the payment of {amount}."
        ),
        "secure_card": "Card ending in {last4}",
        "secure_pass": "Authorise the payment",
        "secure_fail": "Fail the identification",
        "over_title": "Page closed",
        "expired": "This payment page has expired",
        "expired_text": "Nothing was charged. Go back to the shop to start again.",
        "complete": "The payment is done",
        "complete_text": "There is nothing left to pay here.",
        "complete_link": "See the confirmation",
        "unknown": "This payment page does not exist",
        "unknown_text": "The address may be incomplete.",
        "dashboard": "Payments received",
        "dashboard_text": (
            "The dashboard of the test processor: what the seller and the customer’s bank do about "
            "a payment. The shop hears of it by its events."
        ),
        "dashboard_none": "No payment has been received yet.",
        "dashboard_most": "The last {most} payments are shown.",
        "day": "Day",
        "customer": "Customer",
        "refunded": "Refunded",
        "refund_amount": "Amount to refund, in euros",
        "refund": "Refund",
        "dispute": "Dispute, as the bank",
        "won": "Decide for the seller",
        "lost": "Decide for the customer",
        "disputed": "disputed",
        "refused": "Refused by the processor: {said}",
    },
)


def wording(locale: str | None, accepted: str | None) -> Wording:
    """The session's language; the browser's first choice when the session has none."""
    chosen = locale if locale and locale != "auto" else (accepted or "fr")
    return FRENCH if chosen.lower().startswith("fr") else ENGLISH
