"""Model fields of our own."""

from __future__ import annotations

from django.db import models


class AmountField(models.BigIntegerField):  # type: ignore[type-arg]  # Django's class takes no parameters at run time
    """An amount in whole minor units; the currency stands in a column beside it."""
