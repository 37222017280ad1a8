"""Where the demo's books are asked for."""

import gc
import os

import django

from kontor.site.start_refused import StartRefused


def build_and_list_logins() -> list[str]:
    """Build the demo's books where they are missing; returns one line per login."""
    _set_up()
    from kontor.demo.build import build_demo, logins

    # A process of short life: looking for garbage all the time would cost it a tenth.
    gc.set_threshold(100_000, 50, 100)
    build_demo(side_by_side=True)
    return [f"  {login}" for login in logins()]


def check_reset() -> None:
    """Refuse to throw data away that is not the demo's.

    Raises:
        StartRefused: the data holds somebody's real books.
    """
    _set_up()
    from kontor.demo.build import reset_refusal

    reason = reset_refusal()
    if reason is not None:
        raise StartRefused(str(reason))


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kontor.site.settings")
    django.setup()
