"""Histories of the set-up rooms: accounts stand there by their numbers, not by their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from kontor.ledger.models.accounts import Account
from kontor.organisations.history import moments_of
from kontor.ui.marks import Moment


def history(object_type: str, object_id: int) -> Sequence[Moment]:
    """Return what happened to an object of the set-up, newest first; at most one query more than the record's own."""
    moments, word = moments_of(object_type, object_id, keys={"account_id"}), _("Account")
    keys = {
        int(side) for moment in moments for field, *sides in moment.changes for side in sides if field == word and side.isdigit()
    }  # fmt: skip
    if not keys:
        return moments
    numbers = {str(key): number for key, number in Account.objects.filter(id__in=keys).values_list("id", "number")}
    return [
        replace(
            moment,
            changes=tuple(
                (field, numbers.get(before, before), numbers.get(after, after)) if field == word else (field, before, after)
                for field, before, after in moment.changes
            ),
        )
        for moment in moments
    ]  # fmt: skip
