"""The rights of open items."""

from kontor.core.rights import Right

RIGHTS = (
    Right("openitems.view", "Offene Posten ansehen", "See open items", "org.view"),
    Right("openitems.edit", "Offene Posten anlegen und ändern", "Create and change open items", "openitems.view"),
    Right("openitems.allocate", "Zahlungen zuordnen", "Assign payments", "openitems.view"),
    Right("openitems.write_off", "Posten ausbuchen", "Write items off", "openitems.view", is_critical=True),
)
