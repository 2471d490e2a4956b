"""The packages of pages, with their blueprints, templates and addresses."""

from collections import defaultdict

from flask import Flask

from tests.layout import ROOT, is_web, sources


def page_packages() -> set[str]:
    """`shop/web/cart`: every package of pages but the kit."""
    return {
        path.parent.relative_to(ROOT).as_posix()
        for path in sources()
        if is_web(path) and len(path.relative_to(ROOT).parts) == 4 and path.parent.name != "kit"
    }


def first_parts(app: Flask) -> dict[str, set[str]]:
    """The addresses of each blueprint up to their first noun: `/compte`, `/bureau/stock`."""
    parts: dict[str, set[str]] = defaultdict(set)
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        words = [word for word in rule.rule.split("/") if word and "<" not in word]
        depth = 2 if words[:1] in (["bureau"], ["demonstration"]) else 1
        parts[rule.endpoint.partition(".")[0]].add("/" + "/".join(words[:depth]))
    return parts


def page_map(app: Flask) -> list[tuple[str, str, str, str]]:
    """Package · blueprint · templates · addresses, as docs/ARCHITECTURE.md shows them."""
    parts = first_parts(app)
    rows = []
    for package in sorted(page_packages()):
        name = package.rpartition("/")[2]
        folder = f"templates/{name}" if (ROOT / "templates" / name).is_dir() else "–"
        rows.append((package, name, folder, ", ".join(sorted(parts[name]))))
    return rows
