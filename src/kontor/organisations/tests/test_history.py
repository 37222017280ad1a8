"""The record speaks the reader's language, columns of the database included."""

from django.utils import translation

from kontor.core.models import AuditEvent
from kontor.core.tenancy import tenant
from kontor.organisations.column_words import COLUMNS
from kontor.organisations.history import changes_of
from tests.builders import a_tenant


def test_columns_that_change_are_named_in_german(database: None) -> None:
    with tenant(a_tenant().id):
        event = AuditEvent(
            operation="UPDATE", details={"is_dunned": [True, False], "finished_at": [None, "2026-11-22"], "id": [1, 2]}
        )

    with translation.override("de"):
        told = list(changes_of(event))

    assert told == [("Wird gemahnt", "ja", "nein"), ("Erledigt am", "", "2026-11-22")]


def test_every_common_column_is_translated() -> None:
    with translation.override("de"):
        missing = [
            word for word in COLUMNS if translation.gettext(word) == word and word not in {"Format", "Port", "Text"}
        ]

    assert missing == []
