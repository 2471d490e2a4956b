"""The reduced schematrons beside the shipped ones: both tell the same about mutated invoices.

    python -m tests.equal_schematrons DOCUMENTS SCHEMATRON...

makes as many documents for each schematron out of valid invoices of all channels, and writes what
it compared as JSON. A mutation adds what a rule names, where it is absent, or changes, doubles or
takes away what is there; its values are those of the rules. It runs apart: the library aborts its
process when two threads use it.
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
from shop.documents.schematron_reduced import XSL, paths_of
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.facturx import compose
from tests.einvoices import SPACES
from tests.unit.test_einvoicing_channels import credit_on, on

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_LITERAL = re.compile(r"'([^'\[\]]{1,40})'")
_STEP = re.compile(r"(\w+):(\w+)")
_ATTRIBUTES = ("schemeID", "currencyID", "listID", "unitCode", "format", "mimeCode")
#: Values that no rule names: amounts, days, texts.
_VALUES = ("", " ", "0", "-1", "1.005", "12.34", "20261301", "20261204", "é", "x" * 260, "true")
#: What a dynamic error says of the line of the stylesheet differs.
_CODE = re.compile(r"\b[A-Z]{4}\d{4}\b")


@dataclass(slots=True)
class Compared:
    """What was compared: documents, those that a stylesheet could not compute with, the findings,
    and each difference.
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


class Mutations:
    """Changes of invoices that reach the rules of a stylesheet."""

    def __init__(self, name: str, drawn: random.Random) -> None:
        self.drawn = drawn
        self.invoices = valid_invoices()
        sheet = etree.parse(place_of(name)).getroot()
        patterns = [
            one.get("match")
            for one in sheet.findall(f"{XSL}template")
            if re.fullmatch(r"M\d+", one.get("mode", "")) and ":" in one.get("match")
        ]
        self.paths = sorted({path for pattern in patterns for path in paths_of(pattern)})
        tests = [one.get("test", "") for one in sheet.iter(f"{XSL}when", f"{XSL}if")]
        self.values = sorted(set(_LITERAL.findall(" ".join(patterns + tests)))) + list(_VALUES)
        self.names = sorted(set(_STEP.findall(" ".join(patterns + tests))))

    def document(self) -> str:
        """A valid invoice for the first of a round, then ever more changed ones."""
        root = etree.fromstring(self.drawn.choice(self.invoices))
        for _n in range(self.drawn.choice((0, 1, 1, 2, 8, 30, 80))):
            self.drawn.choice((self._add, self._add, self._change, self._change, self._twice))(root)
        if self.drawn.random() < 0.3:
            self._remove(root)
        return str(etree.tostring(root, encoding="unicode"))

    def _any(self, root: Any) -> Any:
        return self.drawn.choice(list(root.iter())[1:])

    def _change(self, root: Any) -> None:
        """Another text or attribute. Most texts that are numbers stay numbers."""
        element = self._any(root)
        if self.drawn.random() < 0.5:
            element.set(self.drawn.choice(_ATTRIBUTES), self.drawn.choice(self.values))
        elif not len(element):
            is_number = re.fullmatch(r"[\d.]+", element.text or "") and self.drawn.random() < 0.98
            element.text = (
                f"{self.drawn.randint(0, 99)}.{self.drawn.randint(0, 9999)}"
                if is_number
                else self.drawn.choice(self.values)
            )

    def _twice(self, root: Any) -> None:
        element = self._any(root)
        element.addnext(etree.fromstring(etree.tostring(element)))

    def _remove(self, root: Any) -> None:
        element = self._any(root)
        element.getparent().remove(element)

    def _add(self, root: Any) -> None:
        """What the path of a rule names, or any element that a rule speaks of, inside it."""
        element = root
        steps = _STEP.findall(self.drawn.choice(self.paths))
        for prefix, name in steps[1:] if steps[0][1] == "CrossIndustryInvoice" else steps:
            inside = element.findall(f"{{{SPACES_OF[prefix]}}}{name}")
            if not inside or self.drawn.random() < 0.2:
                inside = [etree.SubElement(element, f"{{{SPACES_OF[prefix]}}}{name}")]
            element = self.drawn.choice(inside)
        if self.drawn.random() < 0.5:
            prefix, name = self.drawn.choice(self.names)
            if prefix in SPACES_OF:
                element = etree.SubElement(element, f"{{{SPACES_OF[prefix]}}}{name}")
        if not len(element) and not element.text:
            numeric = element.tag.endswith(("Amount", "Percent", "Quantity", "Numeric"))
            element.text = "12.34" if numeric else self.drawn.choice(self.values)
        if self.drawn.random() < 0.5:
            element.set(self.drawn.choice(_ATTRIBUTES), self.drawn.choice(self.values))


SPACES_OF = SPACES | {"qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"}


def compare(rules: Rules, name: str, documents: int) -> Compared:
    """What a shipped schematron and the reduced one tell about the same documents."""
    shipped = rules.compiler.compile_stylesheet(stylesheet_file=str(place_of(name)))
    mutations = Mutations(name, random.Random(name))
    compared = Compared()
    for _n in range(documents):
        xml = mutations.document()
        node = rules.processor.parse_xml(xml_text=xml)
        expected, told = _told(shipped, node), _told(rules.sheet(name), node)
        compared.documents += 1
        compared.not_computed += isinstance(expected, str)
        if expected != told:
            compared.different.append(f"{expected}\n{told}\n{xml}")
        elif not isinstance(expected, str):
            compared.findings.update(rule or text for rule, _flag, text in expected)
    return compared


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
            "distinct": len(found.findings),
            "different": found.different[:3],
        }
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
