"""No page renders a document: the worker does, and a page waits for it."""

import ast
from pathlib import Path

#: What renders a document, or may.
RENDERING = {
    "shop.dossiers.papers": {"pdf_of"},
    "shop.dossiers.attachments": {"enclosed_page", "attachments_of"},
    "shop.documents.pdf": {"render"},
    "shop.documents.pages": {"page_as_pdf"},
    "checkout.invoices.invoice_files": {
        "build_invoice_file",
        "build_invoice_zip",
        "prepare_invoice_file",
    },
}
#: The e-mails of the demonstration are shown without a mail server, with the pages they enclose.
LEFT_OUT = {("shop/web/mailbox/views.py", "enclosed_page")}


def test_no_page_renders_a_document():
    found = {
        (str(path), name.name)
        for package in ("shop", "checkout", "quotes")
        for path in Path(package, "web").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name in RENDERING.get(node.module or "", ())
    }
    assert found == LEFT_OUT
