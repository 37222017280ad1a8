"""The German catalogue is complete, and the tool that says so is right."""

from tools.messages import Key, contexts, problems_of, python_messages, template_messages


def test_german_is_complete() -> None:
    assert [problem for folder in contexts() for problem in problems_of(folder)] == []


def test_messages_of_python_are_found_with_plural_and_context() -> None:
    source = 'a = _("One")\nb = ngettext("%(n)s line", "%(n)s lines", n)\nc = pgettext("verb", "Book")\nd = _(name)\n'

    assert list(python_messages(source)) == [
        Key("One"),
        Key("%(n)s line", "%(n)s lines"),
        Key("Book", "", "verb"),
    ]


def test_messages_of_templates_are_found_with_plural_and_context() -> None:
    source = (
        '{% load i18n %}{% translate "Journal" %}{% translate "Book" context "verb" %}'
        "{% blocktranslate count n=lines|length %}{{ n }} line{% plural %}{{ n }} lines{% endblocktranslate %}"
        '{% card _("Balance") %}'
    )

    found = set(template_messages(source, origin="page.html"))

    assert found == {Key("Journal"), Key("Book", "", "verb"), Key("%(n)s line", "%(n)s lines"), Key("Balance")}
