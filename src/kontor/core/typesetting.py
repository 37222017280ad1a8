"""The one typesetter: a template and its values become a tagged PDF in the face of our pages."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

# Put there by tools/assets.py; without them a page is set in the serif face that the typesetter brings.
FACES = Path(__file__).with_name("faces")


def typeset(template: Path, /, **values: Any) -> bytes:
    """Return the PDF of a Typst `template`; the same values give the same bytes.

    The template reads `values` as JSON from `sys.inputs.values`, and its families of type from `values.families`.

    Raises:
        typst.TypstError: the values are beyond what can be set on paper.
    """
    return bytes(
        typst.compile(
            str(template),
            format="pdf",
            sys_inputs={"values": json.dumps(values | {"families": families()})},
            font_paths=_faces(),
            timestamp=0,
        )
    )


@cache
def families() -> list[str]:
    """Return the families of type that there are, the wanted one first."""
    return [name for name in ("Inter", "Libertinus Serif") if name in _faces().families()]


@cache
def _faces() -> typst.Fonts:
    """Open our faces and those that the typesetter brings once; the machine's own would make no two papers alike."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FACES)] if FACES.is_dir() else [])
