"""Tags that keep what they drew: parts of the shell, icons and addresses are the same on every page.

`{% kept theme here=request.get_full_path %}…{% endkept %}` draws its content once in this process for each language and
each value of the plain names. What differs between requests are holes, filled anew each time: the named values and the
form key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as compile_url
from django.template.library import SimpleNode
from django.template.loader import get_template
from django.templatetags.i18n import do_translate
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kontor.ui.addresses import address
from kontor.ui.quick_html import escaped

register = template.Library()

KEPT_MAX = 256
_FORM_KEY = "csrf_token"
_MARK = re.compile("\x02(\\w+)\x03", re.ASCII)
_PLAIN_WORDS = re.compile(r"""translate (?:"[^"|]*"|'[^'|]*')(?: context "[^"|]*")?(?: as \w+)?""")


class KeptNode(Node):
    """Content drawn once per language and key.

    It is drawn without the page's context: only what the tag names is known, so that nothing of one request can
    stay for the next.
    """

    def __init__(
        self, nodelist: NodeList, key: dict[str, FilterExpression], holes: dict[str, FilterExpression]
    ) -> None:
        self.nodelist, self.key, self.holes = nodelist, key, holes
        self.drawn: dict[tuple[Any, ...], list[str]] = {}

    def render(self, context: Context) -> SafeString:
        """Return the kept content with its holes filled."""
        chosen = {name: each.resolve(context) for name, each in self.key.items()}
        key = (get_language(), *chosen.values())
        kept = self.drawn.get(key)
        if kept is None:
            kept = self._draw(context, chosen)
            if len(self.drawn) >= KEPT_MAX:
                self.drawn.clear()
            self.drawn[key] = kept
        if len(kept) == 1:
            return SafeString(kept[0])
        values = {name: escaped(each.resolve(context)) for name, each in self.holes.items()}
        values[_FORM_KEY] = escaped(context.get(_FORM_KEY, ""))
        return SafeString("".join([values[part] if place % 2 else part for place, part in enumerate(kept)]))

    def _draw(self, context: Context, chosen: dict[str, Any]) -> list[str]:
        """Return text and names of holes in turn."""
        marks = {name: SafeString(_mark(name)) for name in (*self.holes, _FORM_KEY)}
        return _MARK.split(str(self.nodelist.render(context.new({**chosen, **marks}))))


class KeptTemplate:
    """A template drawn once per language and key, like `{% kept %}`; its name, what its key holds and its holes are all it knows."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._drawn: dict[tuple[Any, ...], list[str]] = {}

    def fill(self, key: Mapping[str, Any], holes: Mapping[str, str]) -> SafeString:
        """Return the template with its holes filled; they hold HTML."""
        found = (get_language(), *key.values())
        kept = self._drawn.get(found)
        if kept is None:
            marks = {name: SafeString(_mark(name)) for name in holes}
            text = get_template(self._name).template.render(Context({**key, **marks}))  # type: ignore[attr-defined]  # Django's own engine
            if len(self._drawn) >= KEPT_MAX:
                self._drawn.clear()
            kept = self._drawn[found] = _MARK.split(text)
        return SafeString("".join([holes[part] if place % 2 else part for place, part in enumerate(kept)]))


def _mark(name: str) -> str:
    return f"\x02{name}\x03"


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands up to `endkept`."""
    bits = token.split_contents()[1:]
    key = {bit: parser.compile_filter(bit) for bit in bits if "=" not in bit}
    holes = token_kwargs([bit for bit in bits if "=" in bit], parser)
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, key, holes)


class ConstantNode(Node):
    """A tag whose arguments are all written out: drawn once."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.drawn: Any = None

    def render(self, context: Context) -> SafeString:
        """Return what it drew."""
        if self.drawn is None:
            self.drawn = self.node.render(context)
        return self.drawn  # type: ignore[no-any-return]


def constant(compile_tag: Callable[[Parser, Token], Node]) -> Callable[[Parser, Token], Node]:
    """Return a tag that is drawn once where its arguments are plain words; its function must ask nothing else."""

    def compiled(parser: Parser, token: Token) -> Node:
        node = compile_tag(parser, token)
        bits = token.split_contents()[1:]
        is_plain = all(bit.rpartition("=")[2][:1] in "\"'" and "|" not in bit for bit in bits)
        return ConstantNode(node) if is_plain and isinstance(node, SimpleNode) and node.target_var is None else node

    return compiled


class AddressNode(URLNode):
    """Django's `{% url %}` with addresses compiled once."""

    def render(self, context: Context) -> SafeString:
        """Return the address, or keep it under its name."""
        if self.args:
            return SafeString(super().render(context))
        places = {name: value.resolve(context) for name, value in self.kwargs.items()}
        try:
            found = address(self.view_name.resolve(context), **places)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return SafeString("")
        return SafeString(conditional_escape(found) if context.autoescape else found)


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """Write the address of a page."""
    node: Any = compile_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


class WordsNode(Node):
    """Django's `{% translate %}` of written-out words, translated once per language."""

    def __init__(self, node: Any) -> None:
        self.node = node
        self.known: dict[str | None, Any] = {}

    def render(self, context: Context) -> SafeString:
        """Return the words, or keep them under a name."""
        language = get_language()
        words = self.known.get(language)
        if self.node.asvar:
            if words is None:
                self.node.render(context)
                words = self.known[language] = context[self.node.asvar]
            context[self.node.asvar] = words
            return SafeString("")
        if words is None:
            words = self.known[language] = SafeString(self.node.render(context))
        return words


@register.tag("translate")
def words(parser: Parser, token: Token) -> Node:
    """Translate words."""
    node: Any = do_translate(parser, token)
    return WordsNode(node) if _PLAIN_WORDS.fullmatch(token.contents) else node
