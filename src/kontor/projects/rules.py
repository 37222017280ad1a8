"""The tree's rules."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kontor.core.refusal import Refusal, gettext_noop

DEPTH_MAX = 8
NAME_LENGTH_MAX = 120
_CODE = re.compile(r"[0-9A-Za-zÄÖÜäöüß][0-9A-Za-zÄÖÜäöüß ._/-]{0,35}")


class WrongProjectCode(Refusal):
    """The code has a shape that exports do not take (DATEV KOST2: 36 characters)."""

    sentence = gettext_noop(
        "“%(code)s” cannot be the code of a project. It has up to 36 letters, digits, dots, dashes and slashes."
    )


class ProjectNameMissing(Refusal):
    """A project without a name."""

    sentence = gettext_noop("The name is missing. Lists and reports show it.")


class WouldBeItsOwnParent(Refusal):
    """The tree would become a ring."""

    sentence = gettext_noop("A project cannot stand below itself. Please choose another place for it.")


class TooDeep(Refusal):
    """More floors than a page can show."""

    sentence = gettext_noop("The tree has at most %(floors)s floors. Please choose a place further up.")


def check_project(code: str, *, name: str) -> None:
    """Refuse codes that exports do not take and empty names.  Raises: WrongProjectCode, ProjectNameMissing."""
    if not _CODE.fullmatch(code.strip()):
        raise WrongProjectCode(code=code)
    if not name.strip():
        raise ProjectNameMissing


def check_place(project_id: int | None, *, parent_id: int | None, parents: Mapping[int, int | None]) -> None:
    """Refuse a place below oneself or too deep; `parents` holds the tree as it is. None is a project yet to be made.

    Raises:
        WouldBeItsOwnParent, TooDeep
    """
    above = _ancestors(parent_id, parents)
    if project_id is not None and project_id in above:
        raise WouldBeItsOwnParent
    if len(above) + height(project_id, parents) > DEPTH_MAX:
        raise TooDeep(floors=DEPTH_MAX)


def height(project_id: int | None, parents: Mapping[int, int | None]) -> int:
    """Return how many floors a branch has, itself included."""
    below = [child for child, parent in parents.items() if project_id is not None and parent == project_id]
    return 1 + max((height(child, parents) for child in below), default=0)


def _ancestors(project_id: int | None, parents: Mapping[int, int | None]) -> list[int]:
    path: list[int] = []
    while project_id is not None and project_id not in path:
        path.append(project_id)
        project_id = parents.get(project_id)
    return path
