"""The rights of matching."""

from kontor.core.rights import Right

RIGHTS = (
    Right("matching.view", "Bankabgleich sehen", "See the bank matching"),
    Right("matching.run", "Abgleich starten", "Run the matching", "matching.view"),
    Right("matching.confirm", "Umsätze zuordnen und buchen", "Assign and post transactions", "matching.view"),
)
