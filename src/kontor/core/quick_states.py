"""Migrating without building all models anew at every step: an empty database gets its tables in a third of the time.

Before it changes a table, Django rebuilds the historical class of every model that is connected with it, and here the
tenant connects them all. A new table, field, index or constraint changes no other table, so these steps build one class.
Code that a migration runs still sees all models freshly built: `is_delayed` is Django's own mark for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, Field


@contextmanager
def quick_states() -> Iterator[None]:
    """Migrate quickly within the block; the tables are the same as without it (tests/architecture/test_quick_migrations.py)."""
    quick = {"add_model": _add_model, "add_field": _add_field, "_append_option": _append_option}
    careful = {name: getattr(ProjectState, name) for name in quick}
    _put_in_place(quick)
    try:
        yield
    finally:
        _put_in_place(careful)


def _put_in_place(methods: dict[str, Any]) -> None:
    for name, method in methods.items():
        setattr(ProjectState, name, method)


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]  # Django's cache of them
        self.resolve_model_relations(key)
    _build(self, model_state)


def _add_field(
    self: ProjectState,
    app_label: str,
    model_name: str,
    name: str,
    field: Field[Any, Any],
    preserve_default: bool,  # noqa: FBT001  # Django's signature
) -> None:
    if not preserve_default:
        field = field.clone()
        field.default = NOT_PROVIDED
    key = app_label, model_name
    self.models[key].fields[name] = field
    if self._relations is not None:  # type: ignore[attr-defined]  # Django's cache of them
        self.resolve_model_field_relations(key, name, field)
    _build(self, self.models[key])


def _append_option(self: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    model_state = self.models[app_label, model_name]
    model_state.options[option_name] = [*model_state.options[option_name], obj]
    _build(self, model_state)


def _build(state: ProjectState, model_state: ModelState) -> None:
    if "apps" not in state.__dict__:  # asking for the attribute would build all of them
        return
    state.is_delayed = True
    state.apps.unregister_model(model_state.app_label, model_state.name_lower)
    state.apps.render_multiple([model_state])
