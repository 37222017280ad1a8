"""The menu of books: a few stand in every page, many are fetched when it is opened."""

from __future__ import annotations

from django.test import Client

from kontor.core.tenancy import tenant
from kontor.organisations.actions import grant_access
from kontor.organisations.models import User
from kontor.ui.places import BOOKS_MAX
from tests.builders import a_tenant, a_user


def _books(*, of: User) -> str:
    made = a_tenant(by=of)
    with tenant(made.id):
        grant_access(of, tenant=made, role="bookkeeper", by=None)
    return made.code


def _page(person: User, address: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(address).content.decode()


def test_few_books_stand_in_the_page(database: None) -> None:
    person = a_user()
    codes = [_books(of=person) for _ in range(3)]

    shown = _page(person, f"/t/{codes[0]}/contacts/")

    assert all(f'href="/t/{code}/contacts/"' in shown for code in codes)


def test_many_books_are_fetched_when_the_menu_is_opened_and_lead_to_the_same_screen(database: None) -> None:
    person = a_user()
    codes = [_books(of=person) for _ in range(BOOKS_MAX + 1)]

    shown = _page(person, f"/t/{codes[0]}/contacts/")
    fetched = _page(person, f"/t/{codes[0]}/books?screen=contacts:list")

    assert f'hx-get="/t/{codes[0]}/books?screen=contacts:list"' in shown
    assert all(f'href="/t/{code}/contacts/"' not in shown for code in codes[1:])
    assert all(f'href="/t/{code}/contacts/"' in fetched for code in codes)
    assert fetched.count("aria-current") == 1


def test_a_screen_that_does_not_exist_leads_to_the_home_pages(database: None) -> None:
    person = a_user()
    codes = [_books(of=person) for _ in range(2)]

    fetched = _page(person, f"/t/{codes[0]}/books?screen=%22%3E%3Cscript%3E")

    assert all(f'href="/t/{code}/"' in fetched for code in codes)
    assert "script" not in fetched


def test_books_of_others_are_not_in_the_menu(database: None) -> None:
    person, stranger = a_user(), a_user(name="Fremd")
    mine, theirs = _books(of=person), _books(of=stranger)

    assert theirs not in _page(person, f"/t/{mine}/books?screen=overview")
