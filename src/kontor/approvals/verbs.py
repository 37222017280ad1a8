"""What the acts of approvals are called in the record."""

from kontor.core.refusal import gettext_noop

VERBS = {
    "approvals.request": gettext_noop("Approval asked for"),
    "approvals.policy": gettext_noop("Approval policy"),
    "approvals.stage": gettext_noop("Stage of an approval policy"),
    "approvals.substitute": gettext_noop("Substitute"),
    "approvals.message": gettext_noop("Message"),
    "approvals.answer": gettext_noop("Approval answered"),
    "approvals.approve_many": gettext_noop("Several approved"),
    "approvals.revoke_many": gettext_noop("Several answers taken back"),
    "approvals.revoke": gettext_noop("Answer taken back"),
    "approvals.write": gettext_noop("Message written"),
    "approvals.withdraw": gettext_noop("Approval no longer needed"),
    "approvals.save_policy": gettext_noop("Approval policy saved"),
    "approvals.order_policies": gettext_noop("Approval policies put in order"),
    "approvals.retire_policy": gettext_noop("Approval policy retired"),
    "approvals.add_substitute": gettext_noop("Substitute named"),
    "approvals.remove_substitute": gettext_noop("Substitute removed"),
}
