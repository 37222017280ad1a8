"""How the list of signed-in devices names them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from kontor.organisations.rules.devices import Device, device_of

register = template.Library()


@register.filter
def device(user_agent: str) -> Device:
    """Return browser and system that a session's User-Agent tells."""
    return device_of(user_agent)


@register.filter
def device_name(told: Device) -> str:
    """Write a device as people call it: "Firefox auf Windows"."""
    if told.browser and told.system:
        return _("%(browser)s on %(system)s") % {"browser": told.browser, "system": told.system}
    return told.browser or told.system or _("Unknown device")
