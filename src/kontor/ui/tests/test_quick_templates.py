"""The short ways of templates say what Django's own say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from kontor.ui.quick_templates import JoinedNode, QuickVariable, QuickVariableNode


@dataclass
class Thing:
    """What templates look into."""

    name: str = "<Ada & Mira>"
    n: int = 1_234_567
    asked: int = 0

    @property
    def broken(self) -> str:
        raise ObjectDoesNotExist

    @property
    def faulty(self) -> str:
        raise ValueError("faulty")

    def said(self) -> str:
        return f"said {self.name}"

    def needs(self, what: str) -> str:
        return what

    def counted(self) -> int:
        self.asked += 1
        return self.asked

    def changes(self) -> str:
        raise AssertionError("a template must not call it")

    changes.alters_data = True  # type: ignore[attr-defined]  # as Django marks it


class Quiet:
    """A callable that templates leave alone."""

    do_not_call_in_templates = True
    label = "quiet"

    def __call__(self) -> str:
        raise AssertionError("a template must not call it")


def context() -> Context:
    inner = {"word": "x<y", "safe": SafeString("<b>"), "items": [1, "zwei", None], "none": None, "deep": {"n": 0}}
    return Context(
        {
            "thing": Thing(), "given": inner, "list": ["<a>", Thing()], "flag": True, "off": False, "money": Decimal("1234.5"),
            "share": 0.5, "day": date(2026, 3, 1), "lazy": gettext_lazy("Journal"), "lazily": SimpleLazyObject(Thing),
            "call": lambda: "<called>", "quiet": Quiet(), "empty": "", "zero": 0,
        }
    )  # fmt: skip


TEXTS = (
    "{{ thing.name }}|{{ thing.n }}|{{ thing.said }}|{{ thing.needs }}|{{ thing.counted }}|{{ thing.changes }}",
    "{{ thing.missing }}|{{ missing }}|{{ missing.further }}|{{ thing.name.upper }}|{{ thing.broken }}|{{ thing.n.real }}",
    "{{ given.word }}|{{ given.safe }}|{{ given.items }}|{{ given.items.1 }}|{{ given.items.9 }}|{{ given.none }}",
    "{{ given.deep.n }}|{{ given.deep.m }}|{{ given.keys }}|{{ list.0 }}|{{ list.1.name }}|{{ list.7 }}",
    "{{ flag }}|{{ off }}|{{ money }}|{{ share }}|{{ day }}|{{ lazy }}|{{ lazily.name }}|{{ zero }}|{{ empty }}",
    "{{ call }}|{{ quiet.label }}|{{ thing.name|default:given.word }}|{{ missing|default:thing.name }}|{{ zero|default:'-' }}",
    "{% autoescape off %}{{ thing.name }}{{ given.word }}{{ given.safe }}{{ thing.n }}{% endautoescape %}",
    "{% if thing.name and not given.none %}a{% elif thing.n > 3 %}b{% endif %}{% if missing.far == given.none %}c{% endif %}",
    "{% for one in given.items %}{{ forloop.counter }}{{ one }}{% empty %}-{% endfor %}{% with w=thing.said %}{{ w }}{% endwith %}",
    "{% load i18n %}{% blocktranslate with what=thing.name %}Search {{ what }}{% endblocktranslate %}{{ thing.name|length }}",
)


def _template(loader: Any) -> Template:
    return Engine(loaders=[loader], libraries={"i18n": "django.templatetags.i18n"}).get_template("page")


def own(text: str) -> Template:
    return _template(("django.template.loaders.locmem.Loader", {"page": text}))


def quick(text: str) -> Template:
    return _template(("kontor.ui.quick_templates.Loader", [("django.template.loaders.locmem.Loader", {"page": text})]))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kind_of_variable_is_written_as_django_writes_it(text: str, language: str) -> None:
    with translation.override(language):
        assert quick(text).render(context()) == own(text).render(context())


def test_a_method_is_asked_once() -> None:
    thing = Thing()

    quick("{{ thing.counted }}").render(Context({"thing": thing}))

    assert thing.asked == 1


@pytest.mark.parametrize("make", [own, quick])
def test_a_fault_of_ours_is_not_silent(make: Callable[[str], Template]) -> None:
    with pytest.raises(ValueError, match="faulty"):
        make("{{ thing.faulty }}").render(context())


def test_neighbours_that_never_change_are_joined_and_said_in_each_language() -> None:
    text = "{% load i18n kontor %}<p>{% translate 'Close' %}{% icon 'x' %}{% comment %}-{% endcomment %}</p>{{ thing.name }}<i>{% translate 'Close' as w %}{{ w }}</i>"
    libraries = {"i18n": "django.templatetags.i18n", "kontor": "kontor.ui.templatetags.kontor"}
    locmem = ("django.template.loaders.locmem.Loader", {"page": text})
    short, plain = (
        Engine(loaders=[loader], libraries=libraries).get_template("page")
        for loader in (("kontor.ui.quick_templates.Loader", [locmem]), locmem)
    )

    for language, word in (("de", "Schließen"), ("en", "Close"), ("de", "Schließen")):
        with translation.override(language):
            said = short.render(context())
            assert said == plain.render(context())
        assert said.count(word) == 2
    assert [type(node) for node in short.nodelist].count(JoinedNode) == 1


def test_a_name_that_nobody_gave_is_silent_and_that_of_the_context_itself_goes_djangos_way() -> None:
    text = "{{ nothing }}{% if nothing.further %}x{% endif %}{{ nothing|default:'-' }}{{ autoescape }}{{ flatten }}"

    assert quick(text).render(Context()) == own(text).render(Context())


def test_the_short_ways_are_taken_in_conditions_and_arguments_as_well() -> None:
    found = quick("{% if a.b or not c %}{{ d }}{% endif %}{% for e in f.g %}{% endfor %}")

    condition = found.nodelist[0].conditions_nodelists[0][0]  # type: ignore[attr-defined]  # an if
    assert type(condition.first.value.var) is type(condition.second.first.value.var) is QuickVariable
    assert type(found.nodelist[0].nodelist[0]) is QuickVariableNode  # type: ignore[attr-defined]  # as above
    assert type(found.nodelist[1].sequence.var) is QuickVariable  # type: ignore[attr-defined]  # a loop
