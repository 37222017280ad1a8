"""Papers are set in the face of the pages, and also where that face is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kontor.core import typesetting
from kontor.core.typesetting import FACES, families, typeset

TEMPLATE = """#let values = json(bytes(sys.inputs.values))
#set text(font: values.families, lang: values.language)
= #values.title
*Summe* 1.234,50 €
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "paper.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


@pytest.fixture
def without_faces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(typesetting, "FACES", tmp_path / "none")
    _forget()
    yield
    _forget()


def _forget() -> None:
    typesetting.families.cache_clear()
    typesetting._faces.cache_clear()


def test_a_paper_is_set_in_the_face_of_the_pages_and_comes_out_the_same_each_time(template: Path) -> None:
    assert FACES.is_dir(), "the faces are not fetched: python tools/assets.py"
    one, other = (typeset(template, language="de", title="Zahlungsprotokoll") for _ in range(2))

    assert families()[0] == "Inter"
    assert one == other
    assert b"+Inter" in one
    assert b"Libertinus" not in one


def test_without_the_face_a_paper_is_set_in_the_one_that_is_always_there(template: Path, without_faces: None) -> None:
    paper = typeset(template, language="de", title="Zahlungsprotokoll")

    assert families() == ["Libertinus Serif"]
    assert b"Libertinus" in paper
    assert b"+Inter" not in paper
