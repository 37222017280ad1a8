"""The rail outside of any books: the person's own pages, so that no page is a dead end."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.ui.addresses import address_or_none
from kontor.ui.places import Group, Link

# (group, label, page, icon, place in the phone's bar)
PAGES = (
    ("", gettext_noop("To the books"), "home", "book-open", 1),
    ("", gettext_noop("Organisations"), "organisations", "building-2", 2),
    (gettext_noop("My account"), gettext_noop("Settings"), "preferences", "settings", 3),
    (gettext_noop("My account"), gettext_noop("Mails to me"), "notifications", "bell", 0),
    (gettext_noop("My account"), gettext_noop("Security"), "mfa_index", "shield-check", 4),
)
PHONE = {"home": gettext_noop("Books"), "organisations": gettext_noop("Tenants")}
SECURITY = ("/accounts/",)


def groups_outside(request: HttpRequest) -> list[Group]:
    """Return the rail of a person who stands in no books; nothing for those who are not signed in."""
    if not request.user.is_authenticated:
        return []
    urls = [(page, url) for page in PAGES if (url := address_or_none(page[2]))]
    current = _current(request.path, [(page[2], url) for page, url in urls])
    groups: dict[str, list[Link]] = {}
    for (group, label, name, icon, phone), url in urls:
        link = Link(_(label), url, icon, 0, name == current, "", phone, _(PHONE.get(name, label)))
        groups.setdefault(group, []).append(link)
    return [Group(_(label) if label else "", tuple(links)) for label, links in groups.items()]


def _current(path: str, urls: list[tuple[str, str]]) -> str:
    """Return the page that `path` belongs to; the way to the books only for itself."""
    if path.startswith(SECURITY):
        return "mfa_index"
    fitting = [(len(url), name) for name, url in urls if path == url or (name != "home" and path.startswith(url))]
    return max(fitting, default=(0, ""))[1]
