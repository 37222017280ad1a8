"""Django's templates with shorter ways to what they say most: a variable, an attribute, a plain word or number.

What stands side by side and never changes within a language is joined once. A template says the same as without: whatever
is not plain goes Django's own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template import Context, Node, Origin, Template
from django.template.base import (
    FilterExpression,
    NodeList,
    TextNode,
    Variable,
    VariableDoesNotExist,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import CommentNode, IfNode, LoadNode, TemplateLiteral
from django.template.loaders import cached
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kontor.ui.quick_html import quoted
from kontor.ui.tags.kept import ConstantNode, WordsNode


class Loader(cached.Loader):
    """Django's caching loader, whose templates take the short ways."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """Return a template."""
        found: Any = super().get_template(template_name, skip)
        if not hasattr(found, "is_quick"):
            _quicken(found)
            found.is_quick = True
        return found  # type: ignore[no-any-return]  # as Django's


class QuickVariable(Variable):
    """A variable that is found without an exception where its parts are dictionaries, objects and methods."""

    __slots__ = ()

    def _resolve_lookup(self, context: Any) -> Any:
        name: str = self.lookups[0]  # type: ignore[index]  # there is one
        try:
            current = context[name]
        except KeyError:
            if hasattr(context, name):
                return super()._resolve_lookup(context)  # type: ignore[misc]  # Django's own way
            raise VariableDoesNotExist("Failed lookup for key [%s] in %r", (name, context)) from None
        try:
            if callable(current):
                current = _called(current)
            for bit in self.lookups[1:]:  # type: ignore[index]  # as above
                kind = type(current)
                if kind is dict:
                    current = current[bit]
                elif hasattr(kind, "__getitem__"):
                    return super()._resolve_lookup(context)  # type: ignore[misc]  # Django's own way
                else:
                    current = getattr(current, bit)
                if callable(current):
                    current = _called(current)
        except Exception:  # noqa: BLE001  # Django knows which of them are silent
            return super()._resolve_lookup(context)  # type: ignore[misc]  # Django's own way
        return current


class QuickVariableNode(VariableNode):
    """A variable in a page; words and numbers are written without asking how they are written here."""

    def render(self, context: Context) -> Any:
        """Return the value as HTML."""
        try:
            value = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return ""
        kind = type(value)
        if kind is SafeString:
            return value
        if kind is str:
            return quoted(value) if context.autoescape else value
        if kind is int and not settings.USE_THOUSAND_SEPARATOR:
            return str(value)
        return render_value_in_context(value, context)


class JoinedNode(Node):
    """Neighbours that say the same for every reader of a language: text, words that are written out, constant tags."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._said: dict[str | None, SafeString] = {}
        self.token, self.origin = nodes[0].token, nodes[0].origin

    def render(self, context: Context) -> SafeString:
        """Return what they say."""
        language = get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = SafeString(
                "".join([str(each.render_annotated(context)) for each in self._nodes])
            )
        return said


class _NotPlain(Exception):  # no error: Django's own way is gone instead
    """A value that Django has to look at."""


def _called(value: Any) -> Any:
    """Return what a template takes a callable for."""
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        raise _NotPlain
    return value()


def _quicken(template: Any) -> None:
    """Let the nodes of a template take the short ways."""
    nodes = template.nodelist.get_nodes_by_type(Node)
    for node in nodes:
        if type(node) is VariableNode:
            node.__class__ = QuickVariableNode
        for expression in _expressions_of(node):
            if type(expression.var) is Variable and expression.var.lookups and not expression.var.translate:
                expression.var.__class__ = QuickVariable
    for nodelist in (template.nodelist, *(each for node in nodes for each in _nodelists_of(node))):
        nodelist[:] = _joined(nodelist)


def _nodelists_of(node: Any) -> Iterator[NodeList]:
    """Return the lists of nodes inside of a node."""
    if isinstance(node, IfNode):
        yield from (nodelist for _condition, nodelist in node.conditions_nodelists)
    else:
        yield from (found for name in node.child_nodelists if (found := getattr(node, name, None)))


def _joined(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes, neighbours that never change as one."""
    for is_said_once, group in groupby(nodes, key=_is_said_once):
        run = list(group)
        if is_said_once and len(run) > 1:
            yield JoinedNode(run)
        else:
            yield from run


def _is_said_once(node: Node) -> bool:
    if isinstance(node, WordsNode):
        return not node.node.asvar
    return type(node) in (TextNode, ConstantNode, LoadNode, CommentNode)


def _expressions_of(node: Any) -> Iterator[FilterExpression]:
    """Return the expressions that stand in a node's tag."""
    if isinstance(node, IfNode):
        for condition, _nodes in node.conditions_nodelists:
            yield from _expressions_in(condition)
    held: Any
    for held in vars(node).values():
        each: Any = held.values() if isinstance(held, dict) else held if isinstance(held, list | tuple) else (held,)
        yield from (one for one in each if isinstance(one, FilterExpression))


def _expressions_in(condition: Any) -> Iterator[FilterExpression]:
    """Return the expressions of a condition."""
    if isinstance(condition, TemplateLiteral):
        value: Any = condition.value
        yield value
    for part in ("first", "second"):
        if (inner := getattr(condition, part, None)) is not None:
            yield from _expressions_in(inner)
