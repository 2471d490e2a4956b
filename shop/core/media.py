"""The types of the files that people send, by their content."""

PDF, JPEG, PNG, TIFF = "application/pdf", "image/jpeg", "image/png", "image/tiff"
#: What a file field offers to choose.
ACCEPTED = ",".join((PDF, JPEG, PNG, TIFF))
#: Types that browsers do not show, or that have several pages: they are shown page by page.
PAGED = frozenset({PDF, TIFF})
