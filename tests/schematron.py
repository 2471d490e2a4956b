"""The schematrons that a platform runs on an electronic invoice."""

from shop.documents.schematron import validate_xml
from shop.einvoicing.channel_rules import Channel


def broken(xml: bytes | None, channel: Channel = Channel.REFORM) -> list[str]:
    """The rules that an invoice breaks, each with its message."""
    assert xml is not None
    result = validate_xml(xml, channel)
    assert result.checked, result.findings
    return list(result.findings)
