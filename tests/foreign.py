"""A PDF that the shop did not make."""

from io import BytesIO

import pikepdf


def foreign_pdf() -> bytes:
    """A foreign PDF: a font that is not embedded, and a script that runs on opening."""
    with pikepdf.Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = pikepdf.Stream(pdf, b"BT /F1 24 Tf 72 700 Td (Bon 4471) Tj ET")
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        page.obj.AA = pikepdf.Dictionary(O=script)
        pdf.Root.OpenAction = script
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()
