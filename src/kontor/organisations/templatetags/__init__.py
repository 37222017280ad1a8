"""Tags of the organisations' templates."""
