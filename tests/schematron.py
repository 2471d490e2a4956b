"""The schematrons that a platform runs on an electronic invoice, by saxonche: the rules of Factur-X
for the profile EN 16931, which contain CEN's, and the rules of France.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

FACTURX = "facturx-en16931/FACTUR-X_EN16931.xslt"
FRANCE = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


@cache
def _processor() -> Any:
    from saxonche import PySaxonProcessor

    return PySaxonProcessor(license=False)


@cache
def _stylesheet(name: str) -> Any:
    """Compiled once: from its file, since it reads lists of codes beside it."""
    place = files("facturx").joinpath("xsd_and_schematron", *name.split("/"))
    compiler = _processor().new_xslt30_processor()
    return compiler.compile_stylesheet(stylesheet_file=str(place))


def broken(xml: bytes, *schematrons: str) -> list[str]:
    """The rules that an invoice breaks, each with its message; warnings are left out."""
    node = _processor().parse_xml(xml_text=xml.decode())
    found = []
    for name in schematrons or (FACTURX, FRANCE):
        report = etree.fromstring(_stylesheet(name).transform_to_string(xdm_node=node).encode())
        for kind in ("failed-assert", "successful-report"):
            for failure in report.iter(f"{_SVRL}{kind}"):
                if failure.get("flag") != "warning":
                    text = "".join(failure.itertext())
                    found.append(f"{failure.get('id')} {' '.join(text.split())}")
    return found
