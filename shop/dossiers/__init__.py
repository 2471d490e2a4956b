"""Dossiers: opened with the first document of a sale, with their documents and files."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "email_sent_again": "the office sends an e-mail again, to its address or to a corrected one",
    "pdf_again": "the office lets the PDF of a document be made again, after a failure",
}
