"""PDF/A-3: what makes a printed PDF a document one can still read in ten years (ISO 19005-3).

Invoices are kept ten years (Code de commerce, L123-22) in the form in which they were issued.
The completion adds the colour profile, the metadata and the electronic form of an invoice, takes
out what the norm forbids, dates the file by the document's own date and writes it so that the same
content gives the same bytes.
Level A says that the file is tagged: it can be read aloud, in order, with the headings of its
tables; it is PDF/UA-1 (ISO 14289-1) too. Level U, of files without tags, says that all text can be
read out as Unicode.
"""

import base64
import re
import zlib
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from shop.documents.attached import attach, attached_xmp

PRODUCER = "Comptoir"

#: reportlab names Helvetica on every page without drawing with it; the norm wants fonts embedded.
_IDLE_FONT = re.compile(rb"BT\s+/(\S+)\s+[\d.]+\s+Tf\s+[\d.]+\s+TL\s+ET\s*")
_MAPPING = re.compile(rb"<([0-9A-Fa-f]+)>\s+<([0-9A-Fa-f]+)>")
#: The entries of one block of a character map.
_BLOCK = 100
_MAPPED_COUNT = re.compile(rb"(\d+) beginbfchar\n(.*?)endbfchar", re.DOTALL)

_ASCII_FLATE = Array([Name.ASCII85Decode, Name.FlateDecode])

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">{claim}
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<pdf:Producer>{producer}</pdf:Producer><xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
</rdf:Description>{extensions}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_CLAIM = "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>"
_CLAIM_UA = '<pdfuaid:part xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">1</pdfuaid:part>'
#: PDF/A wants each schema declared that it does not know, all of them in one place.
_EXTENSIONS = """
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>{declared}</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""
_DECLARED_UA = """<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>"""


def archive(
    printed: bytes, *, title: str, author: str, on: date, language: str, xml: bytes | None = None
) -> bytes:
    """Complete a printed PDF into PDF/A-3, with the electronic form of an invoice (`xml`) attached
    to it. Whether it conforms is for `validate` to say.
    """
    with Pdf.open(BytesIO(printed)) as pdf:
        for sheet in pdf.pages:
            without(sheet.obj, "/Trans")
        _tag(pdf)
        drop_idle_fonts(pdf)
        if xml is not None:
            attach(pdf, xml, on=on)
        return written(pdf, title=title, author=author, on=on, language=language)


def written(
    pdf: Pdf, *, title: str, author: str, on: date, language: str, claim: bool = True
) -> bytes:
    """The file's bytes with profile, metadata and dates; `claim` says that it is PDF/A-3: level A,
    and PDF/UA, where it has a structure, level U where it has none.
    """
    root = pdf.Root
    root.OutputIntents = Array([_colours(pdf)])
    root.Lang = String("fr-FR" if language == "fr" else "en-GB")
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    _describe(pdf, title=title, author=author, on=on, claim=claim)
    # without this, qpdf keeps the printed file's own identifier, which changes each time
    without(pdf.trailer, "/ID")
    for stream in pdf.objects:
        if isinstance(stream, Stream):
            _pack(stream)
    out = BytesIO()
    pdf.save(
        out,
        min_version="1.7",
        deterministic_id=True,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return out.getvalue()


def _describe(pdf: Pdf, *, title: str, author: str, on: date, claim: bool) -> None:
    """Write title, author and date twice, as the norm asks: as XMP and in the trailer."""
    packet = _XMP.format(
        claim=_claimed(pdf) if claim else "",
        title=escape(title),
        author=escape(author),
        producer=PRODUCER,
        moment=f"{on.isoformat()}T00:00:00Z",
        extensions=_extensions(pdf),
    )
    pdf.Root.Metadata = Stream(pdf, packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    without(pdf.trailer, "/Info")
    moment = String(f"D:{on:%Y%m%d}000000Z")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(title),
            Author=String(author),
            Producer=String(PRODUCER),
            Creator=String(PRODUCER),
            CreationDate=moment,
            ModDate=moment,
        )
    )


def _tag(pdf: Pdf) -> None:
    """Say of a file with a structure that it has one, and which pages belong to it."""
    if "/StructTreeRoot" not in pdf.Root:
        return
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    for index, sheet in enumerate(pdf.pages):
        sheet.obj.StructParents = index
        sheet.obj.Tabs = Name.S


def _claimed(pdf: Pdf) -> str:
    if "/StructTreeRoot" not in pdf.Root:
        return _CLAIM.format(level="U")
    return _CLAIM.format(level="A") + _CLAIM_UA


def _extensions(pdf: Pdf) -> str:
    """The attached invoice in the metadata, and the schemas that PDF/A does not know."""
    declared = _DECLARED_UA if "/StructTreeRoot" in pdf.Root else ""
    values, schema = attached_xmp(pdf)
    declared += schema
    return values + (_EXTENSIONS.format(declared=declared) if declared else "")


def _colours(pdf: Pdf) -> Dictionary:
    """Declare that screen colours are sRGB."""
    profile = Stream(pdf, _srgb(), N=3)
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
        Info=String("sRGB IEC61966-2.1"),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=pdf.make_indirect(profile),
    )


@cache
def _srgb() -> bytes:
    return files("pikepdf").joinpath("pdfa", "data", "sRGB.icc").read_bytes()


def _pack(stream: Stream) -> None:
    """Compress a stream, and see to it that its bytes do not end in a carriage return.

    A reader takes that return and the line feed of `endstream` for one line end and finds the
    stream a byte short (ISO 19005-3, 6.1.7.1): one stream in 256 is written as ASCII instead.
    """
    if stream.get("/Type") == Name.Metadata:
        return  # stays readable as text
    if str(stream.get("/Filter", "")) == "" or stream.get("/Filter") == _ASCII_FLATE:
        packed = zlib.compress(stream.read_bytes())
        stream.write(packed, filter=Name.FlateDecode)
    raw = stream.read_raw_bytes()
    if raw.endswith(b"\r"):
        parameters = _listed(stream.get("/DecodeParms"))
        stream.write(
            base64.a85encode(raw) + b"~>",
            filter=Array([Name.ASCII85Decode, *_listed(stream.get("/Filter"))]),
            decode_parms=Array([Dictionary(), *parameters]) if parameters else None,
        )


def _listed(entry: pikepdf.Object | None) -> list[pikepdf.Object]:
    """What a stream says of its filters, which is one name or a list of them."""
    if entry is None:
        return []
    return list(entry) if isinstance(entry, Array) else [entry]


def without(owner: pikepdf.Object, *keys: str) -> None:
    """Take entries out of a dictionary, where present."""
    for key in keys:
        if key in owner:
            del owner[key]


def drop_idle_fonts(pdf: Pdf) -> None:
    """Take out fonts that are named but never drawn with, and mappings to nothing."""
    for owner in pdf.objects:
        if not isinstance(owner, Stream):
            continue
        if owner.get("/Subtype") == Name.Form:
            _clean_drawing(owner, owner)
        elif b"beginbfchar" in (data := _text_of(owner)):
            owner.write(_MAPPED_COUNT.sub(_recounted, data))
    for sheet in pdf.pages:
        _clean_drawing(sheet.obj, sheet.Contents)


def _text_of(stream: Stream) -> bytes:
    """A small stream's text: character maps are; pictures, fonts and profiles are not read."""
    if "/Subtype" in stream or "/Length1" in stream or "/N" in stream or "/Type" in stream:
        return b""
    return stream.read_bytes()


def _clean_drawing(owner: pikepdf.Object, contents: pikepdf.Object) -> None:
    data = contents.read_bytes()
    cleaned = _IDLE_FONT.sub(b"", data)
    if cleaned == data:
        return
    contents.write(cleaned)
    fonts = owner.get("/Resources", Dictionary()).get("/Font", Dictionary())
    for name in set(_IDLE_FONT.findall(data)):
        key = "/" + name.decode()
        if key in fonts and b"/" + name + b" " not in cleaned:
            del fonts[key]


def _recounted(match: re.Match[bytes]) -> bytes:
    """A character map as the standard has it: in blocks, without mappings to nothing, and with
    characters beyond the basic plane in UTF-16 (ISO 32000-1, 9.10.3).
    """
    mapped = [(code, int(sign, 16)) for code, sign in _MAPPING.findall(match[2])]
    rows = [
        b"<%s> <%s>\n" % (code, chr(sign).encode("utf-16-be").hex().upper().encode())
        for code, sign in mapped
        if sign
    ]
    blocks = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
    return b"\n".join(
        b"%d beginbfchar\n%sendbfchar" % (len(block), b"".join(block)) for block in blocks
    )
