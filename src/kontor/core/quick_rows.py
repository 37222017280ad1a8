"""Instances from rows without what Django does for the sake of constructors: signals and one `setattr` a field."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Self

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fetch_modes import FETCH_ONE
from django.db.models.signals import post_init, pre_init


class QuickModel(Model):
    """A model whose rows become instances the quick way."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], *, fetch_mode: Any = None
    ) -> Self:
        """Return a row as an instance."""
        made = quick_instance(cls, db, field_names, values, mode=fetch_mode)
        return super().from_db(db, field_names, values, fetch_mode=fetch_mode) if made is None else made


def quick_instance[M: Model](
    model: type[M], db: str | None, names: Collection[str], values: Collection[Any], *, mode: Any = None
) -> M | None:
    """Return the row as an instance, None where only Django's own way makes it: a listener, a constructor of its own.

    `names` are those of the columns that were asked for, `values` what they hold in the order of the model's fields;
    `mode` says how the others are fetched.
    """
    kept = _names_of(model, tuple(names))
    if kept is None or pre_init.receivers or post_init.receivers:
        return None
    new = model.__new__(model)
    held = new.__dict__
    held["_state"] = state = ModelState()
    state.adding, state.db, state.fields_cache = False, db, {}
    if mode is not None and mode is not FETCH_ONE:
        state.fetch_mode = mode
    held.update(zip(kept, values, strict=True))
    return new


@lru_cache(maxsize=1024)
def _names_of(model: type[Model], names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the names in the order of the model's fields; None for a model with a constructor of its own."""
    return tuple(f.attname for f in model._meta.concrete_fields if f.attname in names) if _is_plain(model) else None


def _is_plain(model: type[Model]) -> bool:
    return model.__init__ is Model.__init__
