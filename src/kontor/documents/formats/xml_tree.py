"""An XML tree that remembers what was taken from it, so that nothing in it is left unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_SCHEME = "VAT"  # says of a tax only that it is the one that invoices have


@dataclass(frozen=True, slots=True)
class Branch:
    """An element, or none, found by local names; a step of a path may name several: `A|B`."""

    element: etree._Element | None
    taken: set[etree._Element]

    def branches(self, path: str) -> list[Branch]:
        """Return the elements at a path."""
        here = [] if self.element is None else [self.element]
        for step in path.split("/"):
            names = step.split("|")
            here = [child for parent in here for child in parent if etree.QName(child).localname in names]
        return [Branch(element, self.taken) for element in here]

    def branch(self, path: str) -> Branch:
        """Return the first element at a path, or an empty branch."""
        return next(iter(self.branches(path)), Branch(None, self.taken))

    def text(self, path: str = "") -> str:
        """Return the first text at a path (of the element itself without one), and count it as taken."""
        found = [self] if not path else self.branches(path)
        for branch in found:
            if branch.element is not None and (text := branch.own_text):
                self.taken.add(branch.element)
                return text
        return ""

    def texts(self, path: str) -> list[str]:
        """Return all texts at a path, and count them as taken."""
        return [text for branch in self.branches(path) if (text := branch.text())]

    def mark(self, name: str) -> str:
        """Return an attribute."""
        return "" if self.element is None else self.element.get(name, "")

    @property
    def own_text(self) -> str:
        """Return the element's text, each line trimmed."""
        if self.element is None:
            return ""
        return "\n".join(line.strip() for line in (self.element.text or "").strip().splitlines())

    def rest(self) -> Iterator[tuple[str, str]]:
        """Give what nobody has taken: where it stands, and what it says; it counts as taken then."""
        if self.element is None:
            return
        for leaf in self.element.iter(etree.Element):
            branch = Branch(leaf, self.taken)
            if not len(leaf) and leaf not in self.taken and branch.own_text:
                self.taken.add(leaf)
                if branch.own_text != _SCHEME:
                    yield _place(leaf, within=self.element), branch.own_text


def _place(leaf: etree._Element, *, within: etree._Element) -> str:
    """Return the last two names of an element's place as words."""
    names = [etree.QName(leaf).localname]
    parent = leaf.getparent()
    if parent is not None and parent is not within:
        names.insert(0, etree.QName(parent).localname)
    return " / ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name in names)
