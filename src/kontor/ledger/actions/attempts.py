"""Trying an act, so that what is refused leaves nothing of it and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error
from django_subatomic import db

from kontor.core.refinement import refined


def attempt[R](act: Callable[[], R]) -> R:
    """Run `act` in a savepoint and return what it gives; what the database refuses comes as a Refusal too.

    Raises:
        Refusal: whatever was refused; nothing of the act remains.
    """
    try:
        with db.savepoint():
            return act()
    except Error as error:
        refusal = refined(error)
        if refusal is None:
            raise
        raise refusal from error
