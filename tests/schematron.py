"""The schematrons that a platform runs on an electronic invoice."""

from shop.documents.schematron import validate_xml


def broken(xml: bytes | None) -> list[str]:
    """The rules that an invoice breaks, each with its message."""
    assert xml is not None
    result = validate_xml(xml)
    assert result.checked, result.findings
    return list(result.findings)
