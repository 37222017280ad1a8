"""Tags of the ledger's templates."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.safestring import SafeString

from kontor.ui.tags.parts import errorsummary

register = template.Library()


@register.simple_tag(takes_context=True)
def errorsummary_of(context: Context, forms: Sequence[BaseForm]) -> SafeString:
    """List the errors of any number of forms on top."""
    return errorsummary(context, *forms)
