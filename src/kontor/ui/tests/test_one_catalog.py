"""One catalog per language says what Django's many say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext, override, trans_real

from kontor.ui.one_catalog import _put_together


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_words_of_a_language_are_the_same_in_one_catalog(language: str) -> None:
    many: Any = trans_real.DjangoTranslation(language)._catalog  # type: ignore[attr-defined]  # Django's own
    one = copy.copy(many)
    _put_together(one)
    keys = set(many.keys())

    assert len(one._catalogs) == 1 < len(many._catalogs)
    assert {key: one.get(key) for key in keys} == {key: many.get(key) for key in keys}
    for message in {key[0] for key in keys if isinstance(key, tuple)}:
        for number in (0, 1, 2):
            assert one.plural(message, number) == many.plural(message, number)


def test_catalogs_with_other_plurals_stay_apart() -> None:
    catalog: Any = trans_real.TranslationCatalog()
    catalog._catalogs.insert(0, {"a": "b"})
    catalog._plurals.insert(0, lambda n: int(n > 1))

    _put_together(catalog)

    assert len(catalog._catalogs) == 2


def test_pages_use_one_catalog() -> None:
    with override("de"):
        assert len(trans_real.catalog()._catalog._catalogs) == 1  # type: ignore[attr-defined]  # Django's own
        assert gettext("Receipt") == "Beleg"
        assert ngettext("%(days)s day overdue", "%(days)s days overdue", 2) == "%(days)s Tage überfällig"
