"""The tags of a PDF as another program reads them: pdfinfo of poppler."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field

_TEXT = re.compile(r'^ *"(.*)"$')


@dataclass
class Tag:
    """An element: its kind, the scope of a head, its own text, and what it contains."""

    kind: str
    scope: str = ""
    texts: list[str] = field(default_factory=list)
    children: "list[Tag]" = field(default_factory=list)

    def walk(self) -> "Iterator[Tag]":
        yield self
        for child in self.children:
            yield from child.walk()

    def all_of(self, kind: str) -> "list[Tag]":
        return [tag for tag in self.walk() if tag.kind == kind]

    @property
    def text(self) -> str:
        """Everything in it, in its order."""
        return " ".join(text for tag in self.walk() for text in tag.texts)


def tags_of(pdf: bytes) -> Tag:
    """The whole document."""
    done = subprocess.run(
        ["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True
    )
    top = Tag("")
    open_at = [(-1, top)]
    for line in done.stdout.decode().splitlines():
        depth = len(line) - len(line.lstrip())
        found = _TEXT.match(line)
        if found:
            open_at[-1][1].texts.append(found[1])
        elif line.strip().startswith("/Scope"):
            open_at[-1][1].scope = line.split("/")[-1]
        elif line.strip() and not line.strip().startswith("/"):
            while open_at[-1][0] >= depth:
                open_at.pop()
            tag = Tag(line.split()[0].rstrip(":"))
            open_at[-1][1].children.append(tag)
            open_at.append((depth, tag))
    return top.children[0]
