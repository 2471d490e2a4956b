"""Templates compiled once for each language, their constants folded.

Most of a page is sentences, icons and addresses that never change. They are inserted when a
template is compiled, so that rendering only adds what is specific to the request: a listing takes
half as long.

This depends on private API of Jinja 3.1: `Environment._parse`, the first argument of a call of
`Macro`, the keyword arguments `_block_vars` and `_loop_vars` of `Context.call`, and the name
`escape` in the code of a template; and of MarkupSafe 3.0: `_escape_inner`. A test names them,
pyproject.toml bounds the versions, and COMPTOIR_TEMPLATE_FOLDING=0 turns it off.
"""

import re
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any, cast

from flask import Flask, current_app
from flask.templating import Environment as FlaskEnvironment
from flask_babel import get_translations
from jinja2 import BytecodeCache, Template, nodes
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape
from werkzeug.routing import BuildError

from shop.core import text
from shop.core.money import Money, UnitPrice

#: Products are described in French only; elsewhere their texts bear `catalogue_lang`.
CATALOGUE_LANGUAGE = "fr"
#: A function that formats a figure or a day in a language.
Writer = Callable[[Any, str], str]
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[sd]|%)")
#: A document number, such as DE-2026-000131: browsers break lines after its hyphens.
_DOCUMENT_NUMBER = re.compile(r"\b[A-Z]{2}-[0-9]{4}-[0-9]{6}\b")


def unbroken(words: Any) -> Markup:
    """Words in which no line ends inside a document number."""
    whole = _DOCUMENT_NUMBER.sub(r'<span class="nb">\g<0></span>', str(escape(words)))
    return Markup(whole)  # noqa: S704 - escaped above


def escaped(value: Any) -> str:
    """The HTML of a value that a template outputs: for text, without the `Markup` around it that
    `escape` makes and that joining the page drops again.
    """
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind is Markup else escape(value)


class PageTemplate(Template):
    """A template whose code escapes its outputs with `escaped`."""

    @classmethod
    def from_code(cls, *args: Any, **kwargs: Any) -> Template:
        made = super().from_code(*args, **kwargs)
        made.root_render_func.__globals__["escape"] = escaped
        return made


class PageContext(Context):
    """Calls a macro directly: Jinja first checks for five things that a macro is not."""

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(obj) is Macro:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return obj(self.eval_ctx, *args, **kwargs)
        return super().call(obj, *args, **kwargs)


class Environment(FlaskEnvironment):
    """The application's environment: templates are loaded from the environment of the reader's
    language.
    """

    context_class: type[Context] = PageContext

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.filters["unbroken"] = unbroken
        self.reader: Callable[[], str] = lambda: "en"
        self.language: str | None = None
        #: Bytecode cache of a language, of none for templates without folded constants; several
        #: applications may share it.
        self.compiled: Callable[[str], BytecodeCache | None] = lambda _language: None
        self._by_language: dict[str, Environment] = {}
        self.folding = True

    def fold(self, folding: bool) -> None:
        """Whether constants are folded; without, templates are compiled and run as Jinja does."""
        self.folding = folding
        self.context_class = PageContext if folding else Context
        self._by_language.clear()

    def of_reader(self) -> "Environment":
        """The environment of the reader's language."""
        if self.language is not None:
            return self
        language = self.reader()
        found = self._by_language.get(language)
        if found is None:
            found = self._by_language[language] = self._in(language)
        return found

    def _in(self, language: str) -> "Environment":
        made = self.overlay()
        made.language = language
        made.bytecode_cache = self.compiled(language if self.folding else "")
        made.template_class = PageTemplate if self.folding else Template
        made.filters = self.filters | {
            name: partial(_written, cast(Writer, written), language)
            for name, written in text.FILTERS.items()
        }
        french = "" if language == CATALOGUE_LANGUAGE else f' lang="{CATALOGUE_LANGUAGE}"'
        made.globals = {
            **self.globals,
            "current_language": language,
            "catalogue_lang": Markup(french),  # noqa: S704 - a constant
        }
        return made

    def get_template(self, name: Any, *args: Any, **options: Any) -> Template:
        return FlaskEnvironment.get_template(self.of_reader(), name, *args, **options)

    def select_template(self, names: Any, *args: Any, **options: Any) -> Template:
        return FlaskEnvironment.select_template(self.of_reader(), names, *args, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        if self.folding and self.language is not None and not current_app.debug:
            _Constants(self).visit(parsed)
        return parsed


def _written(function: Writer, language: str, value: Any, other: str | None = None) -> str:
    """A figure or a day formatted in `language`; amounts are passed as they are."""
    if isinstance(value, Money):
        value = value.cents
    elif isinstance(value, UnitPrice):
        value = value.tenthousandths
    return function(value, other or language)


class _Constants(NodeTransformer):
    """Inserts what is known when a template is compiled: sentences and addresses."""

    def __init__(self, environment: Environment) -> None:
        self._asset: Callable[[str], str] = environment.globals["asset"]  # type: ignore[assignment]
        self._addresses = current_app.url_map.bind("")

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        if not all(isinstance(each, nodes.Const) for each in node.args):
            return node
        words = [each.value for each in node.args if isinstance(each, nodes.Const)]
        match node.node.name, len(words):
            case (("_" | "gettext"), 1):
                return _sentence(node, get_translations().ugettext(words[0]))
            case "pgettext", 2:
                return _sentence(node, get_translations().upgettext(*words))
            case "asset", 1:
                return nodes.Const(self._asset(*words), lineno=node.lineno)
            case "url_for", 1:
                return self._address(node, words[0])
        return node

    def _address(self, node: nodes.Call, endpoint: str) -> nodes.Expr:
        """A page's address, if it is constant; an unknown endpoint fails when the page is
        rendered.
        """
        if endpoint.startswith(".") or not all(
            isinstance(each.value, nodes.Const) for each in node.kwargs
        ):
            return node
        values = {each.key: each.value.as_const() for each in node.kwargs}
        if any(key.startswith("_") for key in values):
            return node
        try:
            return nodes.Const(self._addresses.build(endpoint, values), lineno=node.lineno)
        except BuildError:
            return node


def _sentence(node: nodes.Call, sentence: str) -> nodes.Expr:
    """A translated sentence whose placeholders are filled in, and escaped, at rendering."""
    values = {each.key: each.value for each in node.kwargs}
    parts: list[nodes.Expr] = []
    at = 0
    for found in _PLACEHOLDER.finditer(sentence):
        name = found[1]
        if name is not None and name not in values:
            return node
        before = sentence[at : found.start()] + ("%" if name is None else "")
        if before:
            parts.append(_plain(before, node.lineno))
        if name is not None:
            parts.append(values[name])
        at = found.end()
    rest = sentence[at:]
    if "%" in rest:
        return node
    if rest or not parts:
        parts.append(_plain(rest, node.lineno))
    if len(parts) == 1 and isinstance(parts[0], nodes.MarkSafe):
        return parts[0]
    return nodes.Concat([_plain("", node.lineno), *parts], lineno=node.lineno)


def _plain(words: str, lineno: int) -> nodes.Expr:
    return nodes.MarkSafe(nodes.Const(words, lineno=lineno), lineno=lineno)
