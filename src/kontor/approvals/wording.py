"""A policy in one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kontor.approvals.rules.policies import Policy, Stage
from kontor.core.figures import format_money


def sentence_of(
    policy: Policy, *, projects: Mapping[int, str], cost_types: Mapping[int, str], people: Mapping[int, str],
    currency: str, region: str,
) -> str:  # fmt: skip
    """Return what a policy says: "Receipts for “Youth” from 500,00 € on need 2 approvals: first …, then …"."""

    def money(amount: int) -> str:
        return format_money(amount, currency=currency, region=region)

    stages = [_stage(stage, people=people, amount=money(stage.amount_from or 0)) for stage in policy.stages]
    if len(stages) > 1:
        stages = [_("first %(who)s") % {"who": stages[0]}, *(_("then %(who)s") % {"who": each} for each in stages[1:])]
    needed = sum(stage.needed for stage in policy.stages)
    words = ngettext("%(what)s need %(n)s approval: %(who)s.", "%(what)s need %(n)s approvals: %(who)s.", needed)
    return words % {"what": _what(policy, projects, cost_types, money=money), "n": needed, "who": ", ".join(stages)}


def _what(
    policy: Policy, projects: Mapping[int, str], cost_types: Mapping[int, str], *, money: Callable[[int], str]
) -> str:  # fmt: skip
    parts = []
    if policy.project_id is not None:
        parts.append(_("for “%(project)s” and everything below") % {"project": projects.get(policy.project_id, "?")})
    if policy.cost_type_id is not None:
        parts.append(_("of the kind “%(kind)s”") % {"kind": cost_types.get(policy.cost_type_id, "?")})
    low, high = policy.amount_from, policy.amount_to
    if low is not None and high is not None:
        parts.append(_("from %(low)s to %(high)s") % {"low": money(low), "high": money(high)})
    elif low is not None:
        parts.append(_("from %(low)s on") % {"low": money(low)})
    elif high is not None:
        parts.append(_("up to %(high)s") % {"high": money(high)})
    return " ".join([_("Receipts"), *parts]) if parts else _("All receipts")


def _stage(stage: Stage, *, people: Mapping[int, str], amount: str) -> str:
    names = [people.get(user, "?") for user in stage.users]
    facts = {"n": stage.needed, "names": ", ".join(names)}
    if len(names) == 1:
        who = names[0]
    elif stage.needed >= len(names):
        who = pgettext("people", "%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
    elif stage.needed == 1:
        who = pgettext("people", "%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
    else:
        who = _("%(n)s of %(names)s") % facts
    return who if stage.amount_from is None else _("%(who)s (only from %(amount)s on)") % {"who": who, "amount": amount}
