"""A catalogue of any size, the same at every run: both sides of the comparison are filled from it.

Eight chapters of four families. Every second name contains COMMON, about one in a thousand RARE.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shop.core.paths import ROOT

COMMON, RARE = "professionnel", "belvano"
DEPARTMENTS = (
    "Sonorisation",
    "Micros",
    "Lumière",
    "Vidéo",
    "Scène",
    "Câbles",
    "Salles",
    "Mobilier",
)
FAMILIES = ("de mairie", "de classe", "de scène", "de concert")
BRANDS = 40
USAGES = ("Salle polyvalente", "Classe", "Scène", "Chorale", "Cérémonie", "Plein air")
_NOUNS = ("Enceinte", "Console", "Projecteur", "Pupitre", "Écran", "Micro", "Ampli", "Rampe")
_FIRST = ("al", "bel", "cor", "dan", "el", "fon", "gal", "hor", "in", "jas")
_MIDDLE = ("a", "ba", "do", "fi", "lu", "mi", "no", "ra", "ti", "va")
_LAST = ("co", "do", "gno", "lia", "mo", "no", "ra", "si", "to", "vre")
_PICTURES = tuple(sorted(path.stem for path in (ROOT / "static/img/families").glob("*.svg")))
_SENTENCE = (
    "Conçu pour les lieux qui changent d’usage dans la journée, il se monte à deux en dix minutes"
    " et se range dans un local de service. Les pièces d’usure restent disponibles dix ans."
)


@dataclass(frozen=True, slots=True)
class Item:
    """One product as both sides take it; amounts in cents, VAT included."""

    number: int
    sku: str
    slug: str
    name: str
    summary: str
    description: str
    department: int
    family: int
    brand: int
    usages: tuple[int, ...]
    cents: int
    picture: str
    on_hand: int
    popularity: int
    specifications: tuple[tuple[str, str], ...]


def series(number: int) -> str:
    """A made-up name; a thousand of them."""
    scattered = number * 7919 % 1000
    return _FIRST[scattered // 100] + _MIDDLE[scattered // 10 % 10] + _LAST[scattered % 10]


def items(count: int) -> Iterator[Item]:
    """Products 1 to `count`, spread evenly over the families."""
    for number in range(1, count + 1):
        shelf = number % 32
        common = f" {COMMON}" if number % 2 else ""
        name = f"{_NOUNS[number % 8]}{common} {series(number).capitalize()} {number}"
        watts = 50 + number * 37 % 1950
        yield Item(
            number=number,
            sku=f"REF-{number:06d}",
            slug=f"{_slug(name)}",
            name=name,
            summary=f"{watts} W, finition soignée, housse comprise",
            description=f"{name}. {_SENTENCE} {_SENTENCE}",
            department=shelf % 8,
            family=shelf // 8,
            brand=number * 31 % BRANDS,
            usages=(number % 6, number // 6 % 6),
            cents=990 + number * 7907 % 250_000,
            picture=_PICTURES[number % len(_PICTURES)],
            on_hand=1_000_000,
            popularity=number * 6151 % 99_991,
            specifications=(
                ("Puissance", f"{watts} W"),
                ("Entrées", "2 XLR, 1 jack, 1 RCA"),
                ("Dimensions", f"{200 + number % 400} × 310 × 300 mm"),
                ("Masse", f"{2 + number % 30},5 kg"),
                ("Alimentation", "230 V, 50 Hz"),
                ("Garantie", "24 mois, pièces et main-d’œuvre"),
            ),
        )


def _slug(name: str) -> str:
    folded = name.lower().replace("é", "e")
    return "-".join(folded.split())
