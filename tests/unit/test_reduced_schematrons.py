"""A reduced schematron has all rules of the shipped one, and another shape than theirs is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from shop.documents.schematron import SCHEMATRONS, place_of
from shop.documents.schematron_reduced import LOOKUP, XSL, Reduced, UnknownShape, paths_of

NAMES = sorted({name for names in SCHEMATRONS.values() for name in names})
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def rules_of(root: Any) -> Iterator[tuple[Any, ...]]:
    """Each rule: where it stands, what its tests ask, and what its failures say, in order."""
    for template in root.findall(f"{XSL}template"):
        if not template.get("mode", "").startswith("M"):
            continue
        tests = [one.get("test") for one in template.iter(f"{XSL}when", f"{XSL}if")]
        variables = [
            (one.get("name"), one.get("select"), one.get("as"))
            for one in template.iter(f"{XSL}variable")
        ]
        told = [
            (one.tag, one.get("id"), "".join(one.itertext()).split())
            for one in template.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
        ]
        ids = [
            (one.get("name"), one.text)
            for one in template.iter(f"{XSL}attribute")
            if one.get("name") != "location"
        ]
        shown = [one.get("select") for one in template.iter(f"{XSL}value-of", f"{XSL}sequence")]
        head = tuple(template.get(name) for name in ("mode", "match", "priority"))
        if head[1] != "text()":
            yield head, tests, variables, told, ids, shown


@pytest.mark.parametrize("name", NAMES)
def test_a_reduced_schematron_has_each_rule_of_the_shipped_one_in_its_order(name: str):
    reduced = Reduced(place_of(name))
    shipped = list(rules_of(etree.parse(place_of(name)).getroot()))
    kept = list(rules_of(etree.fromstring(reduced.text())))
    assert len(shipped) > 100
    assert len(kept) == len(shipped)
    for ours, theirs in zip(kept, shipped, strict=True):
        assert ours[0] == theirs[0]
        assert ours[2:] == theirs[2:]
        for our, their in zip(ours[1], theirs[1], strict=True):
            assert our == their or (LOOKUP.search(their) and "key('code'" in our), their
    lists = {
        found.group(1) for rule in shipped for test in rule[1] for found in LOOKUP.finditer(test)
    }
    assert {place.name for place in reduced.codes.values()} == lists
    assert "fired-rule" not in reduced.text()
    assert "document('" not in "".join(test for rule in kept for test in rule[1])


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The shipped French schematron with another piece of text."""
    text = place_of(NAMES[1]).read_text(encoding="utf-8")
    assert old in text
    place = tmp_path / "changed.xslt"
    place.write_text(text.replace(old, new), encoding="utf-8")
    return place


SHAPES = {
    'match="@*|node()" priority="-2" mode="M24"': 'match="node()" priority="-2" mode="M24"',
    '<xsl:apply-templates select="/" mode="M24"/>': "",
    '<xsl:template match="text()" priority="-1"/>': "",
    '<xsl:apply-templates select="*" mode="M24"/>': (
        '<xsl:apply-templates select="ram:ID" mode="M24"/>'
    ),
    'match="rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID"': (
        'match="rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID/@schemeID"'
    ),
    'test="not($siret) or': "test=\"document('a.xml')/b or",
    "count($notes[": "position() + count($notes[",
}


@pytest.mark.parametrize("old", SHAPES)
def test_another_shape_than_the_shipped_one_is_told(old: str, tmp_path: Path):
    with pytest.raises(UnknownShape):
        Reduced(changed(tmp_path, old, SHAPES[old]))


def test_the_paths_of_a_pattern_are_without_its_conditions():
    pattern = "//ram:ID[@schemeID = ']' or (a[1])] | ram:Line[x]/ram:ID"
    assert list(paths_of(pattern)) == ["//ram:ID", "//ram:Line/ram:ID"]
