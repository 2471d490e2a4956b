"""Pages without the indentation of their templates, which would add to the weight of each."""

import re

from jinja2.ext import Extension

_INDENTATION = re.compile(r"^[ \t]+", re.M)


class Unindented(Extension):
    """Replaces the white space at the start of each line of an HTML template by one space, before
    it is compiled: a browser shows both alike, and between attributes one is needed.

    Text whose white space counts (`<pre>`, the value of a `<textarea>`) comes from expressions,
    never from a template; tests/test_templates.py holds it.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source, with as many lines as before."""
        return _INDENTATION.sub(" ", source) if name and name.endswith(".html") else source
