"""The rights of approvals."""

from kontor.core.rights import Right

RIGHTS = (
    Right("approvals.decide", "Freigaben beantworten", "Answer approvals", "org.view"),
    Right("approvals.setup", "Freigaberegeln einrichten", "Set up approval policies", "org.view", is_critical=True),
)
