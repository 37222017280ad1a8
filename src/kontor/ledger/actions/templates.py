"""Ready-made entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.models.entries import EntryTemplate


class NameTaken(Refusal):
    """Names tell templates and recurring entries apart."""

    sentence = gettext_noop("“%(name)s” exists already. Please choose another name.")
    status = 409


@act("ledger.save_template")
def save_template(name: str, *, lines: Sequence[dict[str, Any]], text: str = "") -> EntryTemplate:
    """Keep lines (`rules.stored_lines.stored_line`, debit positive) under a name.  Raises: NameTaken."""
    if EntryTemplate.objects.filter(name=name.strip()).exists():
        raise NameTaken(name=name.strip())
    return EntryTemplate.objects.create(name=name.strip(), lines=list(lines), text=text)


@act("ledger.delete_template")
def delete_template(template_id: int) -> None:
    """Forget a template."""
    EntryTemplate.objects.filter(id=template_id).delete()
