"""Model fields of our own."""

from __future__ import annotations

from django.db import models


class AmountField(models.BigIntegerField):
    """An amount in whole minor units; the currency stands in a column beside it."""
