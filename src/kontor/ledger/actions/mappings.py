"""Choosing the account behind a cost type."""

from __future__ import annotations

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.ledger.models.accounts import Account, ControlKind
from kontor.ledger.models.mappings import AccountMapping


class MappedToControl(Refusal):
    """A control account takes no expenses."""

    sentence = gettext_noop("Account %(number)s collects open items and takes no expenses. Please choose another one.")


@act("ledger.map_cost_type")
def map_cost_type(
    cost_type_id: int,
    account: Account | None,
    *,
    tax_code: str = "",
    sphere: str = "",
    region: str = "",
    by: Actor | None,
) -> None:
    """Set account, tax code and sphere of a cost type; without an account the mapping is removed.

    Raises:
        MappedToControl
    """
    if account is None:
        AccountMapping.objects.filter(cost_type_id=cost_type_id, region=region).delete()
        return
    if account.control != ControlKind.NONE:
        raise MappedToControl(number=account.number)
    AccountMapping.objects.update_or_create(
        cost_type_id=cost_type_id, region=region, defaults={"account": account, "tax_code": tax_code, "sphere": sphere}
    )
