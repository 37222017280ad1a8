"""The rights of payments."""

from kontor.core.rights import Right

RIGHTS = (
    Right("payments.view", "Zahlungslisten ansehen", "See payment lists", "org.view"),
    Right("payments.prepare", "Zahlungslisten zusammenstellen und exportieren", "Prepare and export payment lists",
          "payments.view", is_critical=True),
    Right("payments.settle", "Zahlungslisten von Hand bezahlt setzen", "Set payment lists paid by hand",
          "payments.view", is_critical=True),
)  # fmt: skip
