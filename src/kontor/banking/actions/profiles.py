"""Keeping what the columns of a CSV statement mean."""

from __future__ import annotations

from dataclasses import replace

from kontor.banking.formats.csvprofile import CsvProfile, facts_of
from kontor.banking.models import CsvProfileRow, MoneyAccount
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop


class ProfileNameTaken(Refusal):
    """Another layout has the name."""

    sentence = gettext_noop("There is already a column profile with the name “%(name)s”. Please choose another name.")


class NoProfileName(Refusal):
    """The name is empty."""

    sentence = gettext_noop("The column profile needs a name.")


@act("banking.save_profile")
def save_profile(profile: CsvProfile, *, name: str, account: MoneyAccount | None) -> CsvProfileRow:
    """Save a profile; one for files of the same layout is replaced.

    Raises:
        NoProfileName, ProfileNameTaken: nothing is saved.
    """
    known = CsvProfileRow.objects.filter(fingerprint=profile.fingerprint).select_for_update(of=("self",)).first()
    _check_name(name, own=known)
    facts = facts_of(replace(profile, name=name, account=None))
    if known is None:
        return CsvProfileRow.objects.create(
            name=name, money_account=account, profile=facts, fingerprint=profile.fingerprint
        )
    known.name, known.money_account, known.profile = name, account, facts
    known.save(update_fields=["name", "money_account", "profile"])
    return known


@act("banking.rename_profile")
def rename_profile(row: CsvProfileRow, *, name: str, account: MoneyAccount | None) -> None:
    """Give a profile another name, and another account for files that name none.

    Raises:
        NoProfileName, ProfileNameTaken: nothing is changed.
    """
    _check_name(name, own=row)
    row.name, row.money_account = name, account
    row.save(update_fields=["name", "money_account"])


@act("banking.delete_profile")
def delete_profile(row: CsvProfileRow) -> None:
    """Forget a profile; the next file of its layout asks for the columns again."""
    CsvProfileRow.objects.filter(id=row.id).delete()


def _check_name(name: str, *, own: CsvProfileRow | None) -> None:
    if not name:
        raise NoProfileName
    others = CsvProfileRow.objects.filter(name=name)
    if (others if own is None else others.exclude(id=own.id)).exists():
        raise ProfileNameTaken(name=name)
