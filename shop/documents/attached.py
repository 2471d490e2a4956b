"""The electronic form of an invoice inside its PDF: a hybrid invoice, as Factur-X defines it.

Factur-X 1.09, chapter 6: the file is called factur-x.xml, is associated with the document as an
alternative of it, and the metadata name its profile in a schema that PDF/A wants declared.
"""

from datetime import date
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

FILENAME = "factur-x.xml"
_DESCRIPTION = "Factur-X"
#: The profiles, as the metadata call them, and what BT-24 of the larger one contains.
_PROFILE, _EXTENDED, _CONFORMANT = "EN 16931", "EXTENDED", b"#conformant#"
_SPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
#: The metadata of the attached file, each with its meaning.
_PROPERTIES = {
    "DocumentFileName": (FILENAME, "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document in capital letters"),
    "Version": ("1.0", "The actual version of the standard applying to the embedded XML document"),
    "ConformanceLevel": ("{profile}", "The conformance level of the embedded XML document"),
}
_DECLARED = """<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"""
_VALUES = """
<rdf:Description rdf:about="" xmlns:fx="{space}">
{values}
</rdf:Description>"""
_SCHEMA = """<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{space}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
{declared}
</rdf:Seq></pdfaSchema:property></rdf:li>"""


def attach(pdf: Pdf, xml: bytes, *, on: date) -> None:
    """Attach the XML of an invoice; its metadata are those of `attached_xmp()`."""
    moment = String(f"D:{on:%Y%m%d}000000Z")
    data = Stream(
        pdf,
        xml,
        Type=Name.EmbeddedFile,
        Subtype=Name("/text/xml"),
        Params=Dictionary(ModDate=moment, Size=len(xml)),
    )
    entry = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(FILENAME),
            UF=String(FILENAME),
            Desc=String(_DESCRIPTION),
            AFRelationship=Name.Alternative,
            EF=Dictionary(F=data, UF=data),
        )
    )
    root = pdf.Root
    root.AF = Array([entry])
    root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(FILENAME), entry])))
    root.PageMode = Name.UseAttachments


def attached_xml(data: bytes) -> bytes | None:
    """The electronic form inside the PDF of an invoice; None where it has none."""
    with Pdf.open(BytesIO(data)) as pdf:
        found = pdf.attachments.get(FILENAME)
        return None if found is None else found.get_file().read_bytes()


def attached_xmp(pdf: Pdf) -> tuple[str, str]:
    """What the metadata of a PDF say of its attached invoice, and the schema of these entries, to
    be declared; empty where it has none.
    """
    if "/AF" not in pdf.Root:
        return "", ""
    xml = pdf.Root.AF[0].EF.F.read_bytes()
    profile = _EXTENDED if _CONFORMANT in xml else _PROFILE
    values = "\n".join(
        f"<fx:{name}>{value.format(profile=profile)}</fx:{name}>"
        for name, (value, _meaning) in _PROPERTIES.items()
    )
    declared = "\n".join(
        _DECLARED.format(name=name, meaning=meaning)
        for name, (_value, meaning) in _PROPERTIES.items()
    )
    return (
        _VALUES.format(space=_SPACE, values=values),
        _SCHEMA.format(space=_SPACE, declared=declared),
    )
