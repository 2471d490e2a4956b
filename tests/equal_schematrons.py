"""The reduced schematrons beside the shipped ones: both tell the same about mutated invoices.

    python -m tests.equal_schematrons DOCUMENTS SCHEMATRON...

makes as many documents for each schematron out of valid invoices of all channels, and writes what
it compared as JSON. A mutation adds what a rule names, as its conditions ask, or changes, doubles
or takes away what is there; its values are those of the rules. It runs apart: the library aborts
its process when two threads use it.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from shop.documents import samples
from shop.documents.layout import sentences
from shop.documents.schematron import Rules, place_of
from shop.documents.schematron_reduced import XSL
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.facturx import compose
from tests.einvoices import SPACES
from tests.unit.test_einvoicing_channels import credit_on, on

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_LITERAL = re.compile(r"'([^'\[\]]{1,40})'")
_STEP = re.compile(r"(\w+):(\w+)")
_STEP_ASKED = re.compile(r"(rsm|ram|udt|qdt):(\w+)((?:\s*\[[^\[\]]*\])*)")
_EQUAL = re.compile(r"((?:(?:\w+:\w+|\.\.)/)*(?:\w+:\w+|@\w+|\.))\s*=\s*'([^']*)'")
_WITH = re.compile(r"(\w+:\w+)\[@(\w+)\s*=\s*'([^']*)'\]")
#: The attributes of a stylesheet that hold expressions.
_ASKS = ("test", "select")
_ROOT = "CrossIndustryInvoice"
_ATTRIBUTES = ("schemeID", "currencyID", "listID", "unitCode", "format", "mimeCode")
#: Values that no rule names.
_VALUES = ("", " ", "0", "12.34", "é", "x" * 260, "Z9")
_AMOUNTS = ("Amount", "Percent", "Quantity", "Numeric")
#: Beginnings and ends of the names of elements that hold others.
_GROUPS = ("Specified", "Applicable", "Included", "Associated", "Exchanged", "Defined")
_GROUP_ENDS = ("Document", "Party", "Address", "Tax", "Price", "Event", "Charge", "Account")
#: Where the paths of elements of goods and of parties begin.
_TOP = ("IncludedSupplyChainTradeLineItem", "ApplicableHeaderTradeAgreement")
SPACES_OF = SPACES | {"qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"}
#: What a dynamic error says of the line of the stylesheet differs.
_CODE = re.compile(r"\b[A-Z]{4}\d{4}\b")


@dataclass(slots=True)
class Compared:
    """What was compared: documents, those that a stylesheet could not compute with, how often each
    rule was broken, and each difference.
    """

    documents: int = 0
    not_computed: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)


def failures(told: Any) -> Iterator[tuple[str | None, str | None, str]]:
    """The id, the flag and the text of what a stylesheet tells, in its order."""
    for one in told.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report"):
        yield one.get("id"), one.get("flag"), " ".join("".join(one.itertext()).split())


def valid_invoices() -> list[bytes]:
    """Valid invoices and credit notes of all channels."""
    contents = [on(channel, count=count) for channel in Channel for count in (1, 4)]
    contents += [credit_on(channel) for channel in Channel]
    contents.append(samples.invoice(audience="business", paid=True))
    made = (compose(content, sentences("fr")) for content in contents)
    return [xml for xml in made if xml is not None]


#: The prefix and the name of an element in a path, and its conditions.
Step = tuple[str, str, str]


@dataclass(slots=True)
class Rule:
    """The paths of what a rule is about, and the values, the elements and the conditions that it
    speaks of.
    """

    paths: list[list[Step]]
    values: list[str]
    names: list[tuple[str, str]]
    asked: list[tuple[str, str]]


def rules_of(name: str) -> list[Rule]:
    """The rules of a shipped stylesheet, in its order."""
    found = []
    for one in etree.parse(place_of(name)).getroot().findall(f"{XSL}template"):
        pattern = one.get("match", "")
        if re.fullmatch(r"M\d+", one.get("mode", "")) and ":" in pattern:
            parts = one.iter(etree.Element)
            said = " ".join([pattern, *(part.get(key, "") for part in parts for key in _ASKS)])
            names = [pair for pair in set(_STEP.findall(said)) if pair[0] in SPACES_OF]
            values = sorted(set(_LITERAL.findall(said)))
            paths = [_STEP_ASKED.findall(path) for path in pattern.split(" | ")]
            conditions = _EQUAL.findall(said)
            conditions += [(f"{name}/@{one}", value) for name, one, value in _WITH.findall(said)]
            found.append(Rule([path for path in paths if path], values, sorted(names), conditions))
    return [rule for rule in found if rule.paths]


def _above(element: Any) -> Any:
    """The element around another; the document’s stands for what is around it."""
    return element if element.getparent() is None else element.getparent()


def _before(path: list[Step], step: Step) -> Iterator[list[Step]]:
    """The steps of a path from the document’s element to one of that name."""
    names = [one[:2] for one in path]
    if names[0][1] == _ROOT and step[:2] in names[2:]:
        yield [(*name, "") for name in names[1 : names.index(step[:2])]]


class Mutations:
    """Changes of invoices that reach the rules of a stylesheet."""

    def __init__(self, name: str) -> None:
        self.drawn = random.Random(name)
        self.invoices = valid_invoices()
        self.rules = rules_of(name)
        self.drawn.shuffle(self.rules)
        self.rule = self.rules[0]

    def documents(self, count: int) -> Iterator[str]:
        """Invoices with up to forty changes. Each rule has its turn, and others with it; some
        invoices stay as they are.
        """
        for n in range(count):
            root = etree.fromstring(self.drawn.choice(self.invoices))
            for change in range(self.drawn.choice((0, 1, 1, 2, 4, 12, 40))):
                self.rule = (
                    self.drawn.choice(self.rules) if change else self.rules[n % len(self.rules)]
                )
                self.drawn.choice((self._add, self._add, self._add, self._change))(root)
            if self.drawn.random() < 0.3:
                self.drawn.choice((self._twice, self._remove))(root)
            yield str(etree.tostring(root, encoding="unicode"))

    def _value(self, element: Any) -> str:
        """What a rule speaks of, or anything; most texts of amounts and days stay such ones, since
        a stylesheet stops at others.
        """
        name = etree.QName(element).localname
        if self.drawn.random() < 0.97:
            if name.endswith(_AMOUNTS):
                return self.drawn.choice(("0", "5.5", "20", "-1", "12.34", "1.00555", "99999"))
            if name in ("DateTimeString", "DateString"):
                return self.drawn.choice(("20261204", "20240230", "19990101", "20261301"))
            if name == "Indicator":
                return self.drawn.choice(("true", "false"))
        return self.drawn.choice([*self.rule.values * 2, *_VALUES])

    def _attribute(self, element: Any) -> None:
        element.set(self.drawn.choice(_ATTRIBUTES), self.drawn.choice([*self.rule.values, "Z9"]))

    def _any(self, root: Any) -> Any:
        return self.drawn.choice(list(root.iter())[1:])

    def _change(self, root: Any) -> None:
        element = self._any(root)
        if self.drawn.random() < 0.4:
            self._attribute(element)
        elif not len(element):
            element.text = self._value(element)

    def _twice(self, root: Any) -> None:
        element = self._any(root)
        element.addnext(etree.fromstring(etree.tostring(element)))

    def _remove(self, root: Any) -> None:
        element = self._any(root)
        element.getparent().remove(element)

    def _add(self, root: Any) -> None:
        """What the path of a rule names, as it asks for, and some elements that it speaks of."""
        element = root
        steps = [step for step in self.drawn.choice(self.rule.paths) if step[1] != _ROOT]
        if steps and steps[0][0] == "ram" and steps[0][1] not in _TOP:
            steps[:0] = self._way_to(steps[0])
        for prefix, name, asked in steps:
            element = self._inside(element, (prefix, name), 0.1)
            for path, value in _EQUAL.findall(asked):
                self._ask(element, path, value)
        for path, value in self.drawn.sample(self.rule.asked, min(3, len(self.rule.asked))):
            if self.drawn.random() < 0.4:
                self._ask(element, path, value)
        if len(element) and self.drawn.random() < 0.3:
            element.remove(self.drawn.choice(list(element)))
        for step in self.drawn.sample(self.rule.names, min(2, len(self.rule.names))):
            if self.drawn.random() < 0.4:
                self._inside(self.drawn.choice((element, _above(element))), step, 0.5)
        if self.drawn.random() < 0.4:
            self._attribute(element)

    def _ask(self, element: Any, path: str, value: str) -> None:
        """Fulfil a condition: a path of elements, its last step maybe an attribute, has a value."""
        for step in path.split("/"):
            if step.startswith("@"):
                element.set(step[1:], value)
                return
            if step == "..":
                element = _above(element)
            elif step != ".":
                element = self._inside(element, tuple(step.split(":")), 0)
        element.text = value

    def _way_to(self, step: Step) -> list[Step]:
        """The steps that lead to an element in the path of any other rule."""
        known = [way for rule in self.rules for path in rule.paths for way in _before(path, step)]
        return self.drawn.choice(known) if known else [("rsm", "SupplyChainTradeTransaction", "")]

    def _inside(self, element: Any, step: tuple[str, str], another: float) -> Any:
        """A child of that name, made if there is none, or by a chance."""
        tag = f"{{{SPACES_OF[step[0]]}}}{step[1]}"
        there = element.findall(tag)
        if there and self.drawn.random() >= another:
            return self.drawn.choice(there)
        child = etree.SubElement(element, tag)
        if not step[1].startswith(_GROUPS) and not step[1].endswith(_GROUP_ENDS):
            child.text = self._value(child)
        return child


def compare(rules: Rules, name: str, documents: int) -> Compared:
    """What a shipped schematron and the reduced one tell about the same documents."""
    shipped = rules.compiler.compile_stylesheet(stylesheet_file=str(place_of(name)))
    compared = Compared()
    for xml in Mutations(name).documents(documents):
        node = rules.processor.parse_xml(xml_text=xml)
        expected, told = _told(shipped, node), _told(rules.sheet(name), node)
        compared.documents += 1
        compared.not_computed += isinstance(expected, str)
        if expected != told:
            compared.different.append(f"{expected}\n{told}\n{xml}")
        elif not isinstance(expected, str):
            compared.findings.update(rule for rule, _flag, _text in expected if rule)
    return compared


def ids_of(name: str) -> set[str]:
    """The ids of the assertions of a shipped stylesheet; its reports have none."""
    root = etree.parse(place_of(name)).getroot()
    asserts = root.iter(f"{SVRL}failed-assert")
    return {id_.text for one in asserts for id_ in one if id_.get("name") == "id"}


def _told(sheet: Any, node: Any) -> list[tuple[str | None, str | None, str]] | str:
    """The failures, or the code of the error that stopped the stylesheet."""
    try:
        return list(failures(etree.fromstring(sheet.transform_to_string(xdm_node=node).encode())))
    except PySaxonApiError as trouble:
        return " ".join(_CODE.findall(str(trouble)))


def main(documents: int, names: list[str]) -> None:
    rules = Rules()
    assert isinstance(rules.processor, PySaxonProcessor)
    for name in names:
        found = compare(rules, name, documents)
        row = {
            "schematron": name,
            "documents": found.documents,
            "not_computed": found.not_computed,
            "findings": found.findings.total(),
            "told": len(found.findings),
            "rules": len(ids_of(name)),
            "different": found.different[:3],
        }
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
