"""What must hold for every template, script and style sheet of the product."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.template import engines

from kontor.ui import navigation

PACKAGE = Path(__file__).resolve().parents[2]
ROOT = PACKAGE.parents[1]
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
_FORBIDDEN = {
    "inline style": r"\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=",
    "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "htmx handler": r"hx-on",
    "habits of htmx 2": r"hx-ext=|hx-vars|hx-params|hx-disabled-elt|js:",
    "foreign host": r"(?:src|href)=\"https?://",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_template_keeps_the_content_security_policy(template: Path) -> None:
    source = template.read_text(encoding="utf-8")

    assert [name for name, pattern in _FORBIDDEN.items() if re.search(pattern, source)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_template_compiles(template: Path) -> None:
    assert engines["django"].from_string(template.read_text(encoding="utf-8")) is not None


def test_every_named_icon_is_in_the_sprite() -> None:
    known = set((ROOT / "tools/icons.txt").read_text(encoding="utf-8").split())
    sources = [*TEMPLATES, *PACKAGE.glob("*/**/*.py")]
    used = {
        name
        for source in sources
        for pair in re.findall(r"\{% icon \"([a-z0-9-]+)\"|icon=\"([a-z0-9-]+)\"", source.read_text(encoding="utf-8"))
        for name in pair
        if name
    }

    assert used - known == set()


def test_an_element_stays_small_and_is_loaded() -> None:
    folder = PACKAGE / "ui/static/ui/js"
    everywhere = (folder / "kontor.js").read_text(encoding="utf-8")
    alone = "".join(page.read_text(encoding="utf-8") for page in (PACKAGE / "ui/templates").rglob("*.html"))

    for element in folder.glob("k-*.js"):
        assert len(element.read_text(encoding="utf-8").splitlines()) < 150
        assert f'"./{element.name}"' in everywhere or f'"ui/js/{element.name}"' in alone


def test_every_style_sheet_is_linked_and_lies_in_a_layer() -> None:
    links = (PACKAGE / "ui/templates/ui/parts/styles.html").read_text(encoding="utf-8")

    for sheet in (PACKAGE / "ui/static/ui/css").glob("*.css"):
        assert f"ui/css/{sheet.name}" in links
        assert "@layer" in sheet.read_text(encoding="utf-8")


def test_no_registry_stands_in_the_lock_file() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))

    assert lock["packages"]
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_no_two_pages_share_a_jump() -> None:
    keys = [item.keys for item in navigation._items if item.keys]

    assert sorted(keys) == sorted(set(keys))
    assert len(keys) > 10
