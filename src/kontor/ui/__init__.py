"""How Kontor looks: base templates, components, tables, forms, navigation and the browser's files.

Contexts build their screens from it and register what the shell shows: navigation items, tiles of the
home page, commands of the palette. This floor knows no context; it reads `request.tenant`,
`request.rights` and `request.user` and nothing else of the floors above.

Words: rail [Seitenleiste], tile [Kachel], workbench [Arbeitsplatz: Liste, Detail, Aktionsleiste],
filter sentence [Filtersatz], toast [Rückmeldung mit Rücknahme].
"""
