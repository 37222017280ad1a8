"""The record speaks the reader's language, columns of the database included."""

from datetime import timedelta

from django.utils import translation
from django.utils.timezone import localtime

from kontor.core.models import AuditEvent, AuditLink
from kontor.core.tenancy import tenant
from kontor.organisations.change_words import Scale
from kontor.organisations.column_words import COLUMNS
from kontor.organisations.history import changes_of, entries, moments, on_day
from kontor.organisations.models import Role
from tests.builders import NOW, a_member, a_tenant


def test_columns_that_change_are_named_in_german(database: None) -> None:
    with tenant(a_tenant().id):
        event = AuditEvent(
            operation="UPDATE", details={"is_dunned": [True, False], "finished_at": [None, "2026-11-22"], "id": [1, 2]}
        )

    with translation.override("de"):
        told = list(changes_of(event))

    assert told == [("Wird gemahnt", "ja", "nein"), ("Erledigt am", "", "22.11.2026")]


def test_every_common_column_is_translated() -> None:
    with translation.override("de"):
        missing = [
            word for word in COLUMNS if translation.gettext(word) == word and word not in {"Format", "Port", "Text"}
        ]

    assert missing == []


def test_a_change_is_told_in_words_amounts_and_days_and_without_what_machines_keep(database: None) -> None:
    with tenant(a_tenant().id):
        event = AuditEvent(
            operation="UPDATE",
            object_type="receipts.document",
            details={
                "state": ["in_progress", "final"], "gross": [4004, 4040], "item_id": [None, 350], "version": [3, 4],
                "proposals": [{}, {"amount": {"value": 4040}}], "booked_at": [None, "2026-11-22T13:51:16.8+00:00"],
                "payee_iban": ["", "DE02120300000000202051"],
            },
        )  # fmt: skip

    with translation.override("de"):
        told = list(changes_of(event, scale=Scale(currency="EUR")))

    assert told == [
        ("Status", "In Arbeit", "Gebucht"), ("Brutto", "40,04", "40,40"),
        ("Gebucht am", "", "22.11.2026, 14:51"), ("IBAN des Empfängers", "", "DE02 1203 0000 0000 2020 51"),
    ]  # fmt: skip


def test_the_act_that_does_something_names_a_change_and_fields_are_told_once(database: None) -> None:
    with tenant(a_tenant().id):
        link = AuditLink(id=7, at=NOW, actor_id=None)
        acts = [("receipts.book", {"gross": [2, 3]}), ("receipts.save", {"gross": [1, 2]})]
        found = [
            AuditEvent(operation="UPDATE", object_type="receipts.document", object_id=1, verb=verb, details=details, link=link)
            for verb, details in acts
        ]  # fmt: skip

    with translation.override("de"):
        (told,) = moments(found, scale=Scale(currency="EUR"))

    assert (told.what, told.changes) == ("Beleg gebucht", (("Brutto", "0,01", "0,03"),))


def test_an_entry_tells_its_link_and_what_an_update_changed_but_not_what_was_made(database: None) -> None:
    books = a_tenant()
    sabine = a_member(books, role="administrator")
    with tenant(books.id, by=sabine):
        Role.objects.filter(preset="reader").update(name="Gäste")

    with tenant(books.id):
        changed, *made = list(entries())
        updates = set(AuditEvent.objects.filter(operation="UPDATE").values_list("id", flat=True))
        link = AuditLink.objects.order_by("-number")[0]
        today = list(on_day(entries(), localtime(link.at).date()))
        before = list(on_day(entries(), localtime(link.at).date() - timedelta(days=1)))

    assert (changed.object_type, changed.told) == ("organisations.role", {"name": ["Lesezugriff", "Gäste"]})
    assert (changed.at, changed.actor_id, changed.number) == (link.at, sabine.id, link.number)
    assert {each.id for each in (changed, *made) if each.told is not None} == updates
    assert len(updates) < len(made)
    assert (today, before) == ([changed, *made], [])
