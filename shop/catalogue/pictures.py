"""Drawings of product families in their finishes: one SVG per family, coloured here."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from shop.core.paths import ROOT

FINISHES: dict[str, dict[str, str]] = {
    "anthracite": {},
    "black": {"body": "#1d2027"},
    "white": {"body": "#eceef1", "trim": "#c9ced6", "grille": "#3a404b"},
    "silver": {"body": "#c9ced6", "trim": "#5a616d"},
    "accent": {"body": "#b5482f", "accent": "#f2c14a"},
    "blue": {"body": "#1f3f63", "trim": "#2c5480", "accent": "#5f86ae"},
    "oak": {"body": "#b98a54", "trim": "#9d7140", "accent": "#d5ab78"},
}
_FOLDER = ROOT / "static" / "img" / "families"
_PROPERTY = re.compile(r"var\(--([a-z]+),\s*([^()]+)\)")


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The product families that have a drawing."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.svg")))


@lru_cache(maxsize=512)
def drawing(family: str, finish: str) -> str | None:
    """The SVG of a family in a finish; None when there is no such drawing."""
    colours = FINISHES.get(finish)
    if colours is None or family not in families():
        return None
    source = (_FOLDER / f"{family}.svg").read_text(encoding="utf-8")
    return _PROPERTY.sub(lambda found: colours.get(found[1], found[2]), source)


@lru_cache(maxsize=1024)
def picture_url(family: str, finish: str) -> str | None:
    """The address of the drawing, with a hash of its content so that it can be cached
    permanently.
    """
    svg = drawing(family, finish)
    if svg is None:
        return None
    mark = hashlib.sha256(svg.encode()).hexdigest()[:8]
    return f"/images/{family}-{finish}.svg?v={mark}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a product: its address, addresses in other widths, its words."""

    url: str
    srcset: str = ""
    alt: str = ""
    alt_en: str = ""


#: The widths of a photograph's files below its full one (shop/documents/photographs.py).
WIDTHS = (400, 800)


def photographs_from(shown: Sequence[Mapping[str, Any]]) -> list[Picture]:
    """The photographs of a product's row, the first one first. JPEG is for browsers that choose no
    width; the others take WebP.
    """
    return [_photograph(one) for one in shown]


def _photograph(one: Mapping[str, Any]) -> Picture:
    start, full = f"/photographies/{one['name']}", int(one["width"])
    widths = [*(width for width in WIDTHS if width < full), full]
    middle = max((width for width in widths if width <= WIDTHS[-1]), default=full)
    srcset = ", ".join(f"{start}-{width}.webp {width}w" for width in widths)
    return Picture(f"{start}-{middle}.jpeg", srcset, one["alt"], one["alt_en"])
