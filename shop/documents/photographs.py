"""A photograph of a product in the widths that pages ask for, as WebP and as JPEG.

    python -m shop.documents.photographs < file

A program that runs apart (apart.py). It writes one line of JSON, then the bytes of the files one
after the other. Orientation is applied; EXIF, with the place where a photograph was taken, is not
kept. What it cannot do, it says in one word.
"""

import json
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from shop.documents.apart import run_apart, stay_within

WIDTHS = (400, 800, 1600)
#: Pixels of a photograph that is opened; a bomb of a few kilobytes unfolds to more.
MOST_PIXELS = 40_000_000
#: Pixels of the shorter side.
LEAST_SIDE = 300
#: Seconds of processor time; the worker waits as long.
TIME = 30
BROKEN, LARGE, SMALL = "broken", "large", "small"
_KINDS = (("webp", 80), ("jpeg", 82))


@dataclass(frozen=True, slots=True)
class Resized:
    """One file of a photograph."""

    width: int
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photograph in all its files, its full size; or the word for what is wrong with it."""

    width: int = 0
    height: int = 0
    files: tuple[Resized, ...] = ()
    wrong: str = ""


def prepare(data: bytes) -> Prepared:
    """Resize a photograph, in a program of its own."""
    ended = run_apart("shop.documents.photographs", data=data, seconds=TIME)
    if ended.failed:
        return Prepared(wrong=LARGE if ended.overdone else BROKEN)
    head, _, rest = ended.output.partition(b"\n")
    facts = json.loads(head)
    files = []
    for width, kind, size in facts["files"]:
        files.append(Resized(width, kind, rest[:size]))
        rest = rest[size:]
    return Prepared(facts["width"], facts["height"], tuple(files), facts["wrong"])


def resized(data: bytes) -> Prepared:
    """The files of a photograph, or what is wrong with it."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is decoded
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return Prepared(wrong=LARGE)
            picture.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
            plain = _on_white(ImageOps.exif_transpose(picture))
    except MemoryError:
        return Prepared(wrong=LARGE)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return Prepared(wrong=BROKEN)
    if min(plain.size) < LEAST_SIDE:
        return Prepared(wrong=SMALL)
    files = []
    full = min(plain.width, WIDTHS[-1])
    for width in sorted({*(one for one in WIDTHS if one < full), full}):
        height = max(1, round(plain.height * width / plain.width))
        shown = plain.resize((width, height), Image.Resampling.LANCZOS)
        for kind, quality in _KINDS:
            kept = BytesIO()
            shown.save(kept, kind.upper(), quality=quality)
            files.append(Resized(width, kind, kept.getvalue()))
    return Prepared(full, max(1, round(plain.height * full / plain.width)), tuple(files))


def _on_white(picture: Any) -> Any:
    """The picture without transparency: a page may be dark."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return picture.convert("RGB")


def main() -> None:
    stay_within(TIME)
    made = resized(sys.stdin.buffer.read())
    facts = {
        "width": made.width,
        "height": made.height,
        "wrong": made.wrong,
        "files": [(one.width, one.kind, len(one.data)) for one in made.files],
    }
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    for one in made.files:
        sys.stdout.buffer.write(one.data)


if __name__ == "__main__":
    main()
