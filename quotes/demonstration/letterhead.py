"""The demonstration's seller: an invented company with numbers whose check digits are right."""

LETTERHEAD = {
    "name": "COMPTOIR DE DÉMONSTRATION SAS",
    "trade_name": "Comptoir",
    "legal_form": "SAS",
    "capital": 5_000_000,
    "address": ["12, quai des Forges", "69007 Lyon"],
    "phone": "04 65 71 00 00",
    "email": "ventes@comptoir.example",
    "website": "comptoir.example",
    "siren": "732829320",
    "siret": "73282932000074",
    "rcs": "RCS Lyon 732 829 320",
    "vat_number": "FR44732829320",
    "epr": ["FR000000_05DEMO"],
    "line": "son, lumière, vidéo",
    "promise": "L’équipement des salles, des scènes et des classes.",
    "hours": "Du lundi au vendredi, de 9 h à 18 h",
    "director": "Camille Forges",
    "host": "Hébergeur de démonstration, 1 rue du Serveur, 69007 Lyon",
    "mediator": "Médiateur de démonstration, 2 place du Dialogue, 69007 Lyon",
    "bank": {
        "holder": "COMPTOIR DE DÉMONSTRATION SAS",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "name": "Banque des Forges",
    },
}
