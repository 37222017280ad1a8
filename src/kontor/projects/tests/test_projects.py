"""The tree of projects."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kontor.core.tenancy import tenant
from kontor.projects.actions import (
    ProjectCodeTaken,
    activate_project,
    create_project,
    deactivate_project,
    move_project,
    rename_project,
)
from kontor.projects.models import Project
from kontor.projects.queries import choices, find_projects, project_by_code, tree, with_descendants
from kontor.projects.rules import DEPTH_MAX, TooDeep, WouldBeItsOwnParent, WrongProjectCode, check_place
from tests.builders import a_member, a_tenant


def _make(code: str, parent: Project | None = None) -> Project:
    return create_project(code, name=f"Project {code}", kind="area", parent=parent, by=None)


def test_the_tree_is_read_depth_first_by_code(database: None) -> None:
    with tenant(a_tenant().id):
        youth, music = _make("200"), _make("100")
        camp = _make("210", youth)
        _make("211", camp)

        assert [(branch.project.code, branch.depth) for branch in tree()] == [
            ("100", 0),
            ("200", 0),
            ("210", 1),
            ("211", 2),
        ]
        assert tree()[3].path == "Project 200 › Project 210"
        assert choices()[2] == (str(camp.id), "\u2003210 Project 210")
        assert with_descendants(youth.id) == {project.id for project in Project.objects.all()} - {music.id}
        assert find_projects("21") == [camp, project_by_code("211")]


def test_a_branch_never_hangs_below_itself(database: None) -> None:
    with tenant(a_tenant().id):
        top = _make("1")
        below = _make("2", top)
        with pytest.raises(WouldBeItsOwnParent):
            move_project(top, parent=below, by=None)
        with pytest.raises(WouldBeItsOwnParent):
            move_project(top, parent=top, by=None)
        move_project(below, parent=None, by=None)
        assert {branch.depth for branch in tree()} == {0}


def test_codes_are_unique_and_of_a_shape_that_exports_take(database: None) -> None:
    with tenant(a_tenant().id):
        first, second = _make("A-1"), _make("A-2")
        with pytest.raises(ProjectCodeTaken):
            _make("A-1")
        with pytest.raises(ProjectCodeTaken):
            rename_project(second, code="A-1", name="x", kind="job", by=None)
        with pytest.raises(WrongProjectCode):
            _make(";")
        rename_project(first, code="A-9", name="Renamed", kind="job", by=None)
        renamed = project_by_code("A-9")
        assert renamed is not None
        assert (renamed.name, renamed.kind) == ("Renamed", "job")


def test_a_deactivated_branch_is_no_longer_offered(database: None) -> None:
    with tenant(a_tenant().id):
        top = _make("1")
        _make("2", top)
        deactivate_project(top, by=None)
        assert choices() == []
        assert len(tree(with_inactive=True)) == 2
        activate_project(top, by=None)
        assert [branch.project.code for branch in tree()] == ["1"]


def test_the_tree_has_a_last_floor() -> None:
    chain = {floor: floor - 1 if floor > 1 else None for floor in range(1, DEPTH_MAX + 1)}
    with pytest.raises(TooDeep):
        check_place(None, parent_id=DEPTH_MAX, parents=chain)
    check_place(None, parent_id=DEPTH_MAX - 1, parents=chain)


@given(st.lists(st.tuples(st.integers(1, 12), st.none() | st.integers(1, 12)), max_size=60))
def test_no_sequence_of_moves_closes_a_ring(moves: list[tuple[int, int | None]]) -> None:
    parents: dict[int, int | None] = dict.fromkeys(range(1, 13))
    for project, parent in moves:
        try:
            check_place(project, parent_id=parent, parents=parents)
        except (TooDeep, WouldBeItsOwnParent):
            continue
        parents[project] = parent

    for parent_id in parents.values():
        steps, above = 0, parent_id
        while above is not None:
            steps, above = steps + 1, parents[above]
            assert steps < DEPTH_MAX


def test_projects_are_made_moved_and_switched_off_in_the_browser(database: None, client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books))
    base = f"/t/{books.code}/projects/"
    typed = {"name": "Jugend", "code": "200", "kind": "area", "parent": ""}

    assert client.get(base).status_code == 200
    assert client.post(f"{base}new", typed).status_code == 302
    assert client.post(f"{base}new", typed).status_code == 422
    with tenant(books.id):
        youth = project_by_code("200")
        assert youth is not None
    client.post(f"{base}new", typed | {"code": "210", "name": "Freizeit", "parent": str(youth.id)})
    with tenant(books.id):
        camp = project_by_code("210")
        assert camp is not None
        assert camp.parent_id == youth.id
    ring = client.post(f"{base}{youth.id}/", typed | {"parent": str(camp.id)})
    moved = client.post(f"{base}{camp.id}/", {"name": "Freizeit", "code": "210", "kind": "job", "parent": ""})
    client.post(f"{base}{youth.id}/switch")

    assert (ring.status_code, moved.status_code) == (422, 302)
    assert "Jugend" not in client.get(base).content.decode().split("<main", 1)[1].split("k-toasts")[0]
    client.force_login(a_member(books, role="reader"))
    assert client.post(f"{base}new", typed | {"code": "300"}).status_code == 403
    assert client.get(base).status_code == 200
