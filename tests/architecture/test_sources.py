"""What no source of ours may contain."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.template_lint import findings_in, templates

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "kontor").rglob("*.py")) + sorted((ROOT / "src" / "kontor").rglob("*.sql"))

# A setting of the session would reach the next person who is handed the same connection of the pool.
_SESSION_SETTING = re.compile(r"set_config\([^)]*,\s*false\s*\)|\bSET\s+SESSION\b|\bSET\s+app\.", re.IGNORECASE)
_FORBIDDEN_FILES = {"utils.py", "helpers.py", "services.py", "managers.py", "signals.py"}


def _lines(pattern: re.Pattern[str]) -> Iterator[str]:
    for path in SOURCES:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def test_nothing_sets_what_outlives_its_transaction() -> None:
    assert list(_lines(_SESSION_SETTING)) == []


def test_the_search_for_session_settings_finds_them() -> None:
    guilty = ["SET SESSION app.tenant = 1", "set app.tenant = '1'", "select set_config('app.tenant', '1', false)"]

    assert all(_SESSION_SETTING.search(line) for line in guilty)
    assert not _SESSION_SETTING.search("PERFORM set_config('app.tenant', '1', true)")


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(path.relative_to(ROOT)) for path in SOURCES if path.name in _FORBIDDEN_FILES] == []


def test_no_transaction_is_opened_but_by_a_door() -> None:
    opened = [line for line in _lines(re.compile(r"transaction\.atomic\(")) if "core/tenancy.py" not in line]

    assert opened == []


def test_templates_keep_the_content_security_policy() -> None:
    found = [
        finding for path in templates() for finding in findings_in(path.read_text(), place=str(path.relative_to(ROOT)))
    ]

    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize(
    "line",
    [
        '<p style="color: red">',
        "<script>alert(1)</script>",
        '<a onclick="go()">',
        "<button hx-on:click='go()'>",
        '<body hx-ext="sse">',
        """<a hx-vals='js:{"a": 1}'>""",
        '<script src="https://cdn.example.org/x.js"></script>',
        "{{ name|safe }}",
    ],
)
def test_a_banned_line_is_found_where_it_stands(line: str) -> None:
    found = list(findings_in(f"<!doctype html>\n{line}\n", place="page.html"))

    assert [finding.line for finding in found] == [2]


@pytest.mark.parametrize(
    "line",
    [
        '<script src="{% static "ui/k.js" %}" type="module"></script>',
        "{# <p style='x'> #}",
        '<a href="/x" data-style="plain">',
        '<svg xmlns="http://www.w3.org/2000/svg">',
    ],
)
def test_an_innocent_line_is_left_alone(line: str) -> None:
    assert list(findings_in(line, place="page.html")) == []
