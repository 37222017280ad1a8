"""Creating an account: names, terms, the confirmed address."""

import re
import uuid
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from kontor.core.clock import today
from kontor.organisations.door import acting
from kontor.organisations.founding import create_activation_code
from kontor.organisations.models import User
from kontor.organisations.queries import user_by_email
from kontor.organisations.tests.mails import last_mail_to, link_in, mails_to
from tests.builders import a_tenant

PASSWORD = "korrekt-pferd-batterie"
LOGIN = "/accounts/login/"


@pytest.fixture
def visitor(database: None) -> Client:
    cache.clear()
    return Client(HTTP_HOST="127.0.0.1", headers={"accept-language": "de"})


def an_address() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.org"


def typed(email: str, **more: str) -> dict[str, str]:
    facts = {
        "first_name": "Jonas",
        "last_name": "Lenz",
        "email": email,
        "password1": PASSWORD,
        "password2": PASSWORD,
        "terms": "on",
    }
    return facts | more


def sign_in(client: Client, email: str) -> str:
    """Sign in and return where that leads."""
    return str(client.post(LOGIN, {"login": email, "password": PASSWORD}).headers.get("Location", ""))


def test_the_first_page_offers_to_create_an_account(visitor: Client) -> None:
    page = visitor.get(LOGIN).content.decode()

    assert "Noch kein Konto?" in page
    assert reverse("account_signup") in page


def test_an_account_counts_once_its_address_is_confirmed_and_not_before(visitor: Client) -> None:
    email = an_address()

    registered = visitor.post("/accounts/signup/", typed(email))
    assert registered["Location"] == "/accounts/confirm-email/"
    early = Client(HTTP_HOST="127.0.0.1")
    assert sign_in(early, email) == "/accounts/confirm-email/"
    assert early.get("/join/").status_code == 302

    mail = mails_to(email)[0]
    page = visitor.get(link_in(mail))
    assert "Adresse bestätigen" in page.content.decode()
    done = visitor.post(link_in(mail), follow=True).content.decode()
    assert "Adresse bestätigt" in done
    assert "_auth_user_id" not in visitor.session

    assert sign_in(visitor, email) == "/"
    assert visitor.get("/", follow=True).redirect_chain == [("/join/", 302)]
    jonas = user_by_email(email)
    assert jonas is not None
    assert (jonas.name, jonas.language, jonas.terms_accepted_at is not None) == ("Jonas Lenz", "de", True)


@pytest.mark.parametrize(("language", "words"), [("de", "bitte bestätigen"), ("en", "please confirm")])
def test_the_confirmation_is_written_in_the_language_of_the_page(database: None, language: str, words: str) -> None:
    cache.clear()
    email = an_address()

    Client(HTTP_HOST="127.0.0.1", headers={"accept-language": language}).post("/accounts/signup/", typed(email))

    mail = last_mail_to(email)
    assert (mail.language, words in mail.text) == (language, True)
    assert re.search(r"http://127\.0\.0\.1/accounts/confirm-email/\S+", mail.text)


@pytest.mark.parametrize(
    "wrong",
    [{"terms": ""}, {"password2": "something-else-entirely"}, {"first_name": " "}, {"email": "nobody"},
     {"password1": "short", "password2": "short"}],
)  # fmt: skip
def test_an_incomplete_registration_creates_nothing(visitor: Client, wrong: dict[str, str]) -> None:
    email = an_address()
    before = User.objects.count()

    page = visitor.post("/accounts/signup/", {key: value for key, value in (typed(email) | wrong).items() if value})

    assert page.status_code in {200, 422}
    assert User.objects.count() == before
    assert "k-err" in page.content.decode()


def test_nobody_learns_whether_an_address_has_an_account(visitor: Client) -> None:
    known = an_address()
    visitor.post("/accounts/signup/", typed(known))
    first = Client(HTTP_HOST="127.0.0.1").post("/accounts/signup/", typed(an_address()))

    again = Client(HTTP_HOST="127.0.0.1").post("/accounts/signup/", typed(known))

    assert (again.status_code, again["Location"]) == (first.status_code, first["Location"])
    assert User.objects.filter(email=known).count() == 1


def test_a_second_registration_of_a_confirmed_address_is_told_to_its_owner_only(visitor: Client) -> None:
    email = an_address()
    User.objects.create_user(email, name="Ada", password=PASSWORD)

    answer = visitor.post("/accounts/signup/", typed(email), headers={"accept-language": "en"})

    assert answer["Location"] == "/accounts/confirm-email/"
    assert "There is one already" in last_mail_to(email).text


def test_the_confirmation_is_sent_again_on_demand_but_not_at_once(visitor: Client) -> None:
    email = an_address()
    visitor.post("/accounts/signup/", typed(email))
    known = visitor.post("/accounts/resend/", {"email": email}, follow=True)
    assert len(mails_to(email)) == 1

    cache.clear()
    visitor.post("/accounts/resend/", {"email": email})
    unknown = Client(HTTP_HOST="127.0.0.1").post("/accounts/resend/", {"email": "nobody@example.org"}, follow=True)

    assert len(mails_to(email)) == 2
    assert known.status_code == unknown.status_code == 200
    assert mails_to("nobody@example.org") == []


def test_a_wrong_or_old_link_confirms_nothing(visitor: Client) -> None:
    page = visitor.get("/accounts/confirm-email/abc:def:ghi/")

    assert "Dieser Link gilt nicht mehr" in page.content.decode()
    assert visitor.post("/accounts/confirm-email/abc:def:ghi/").status_code == 404


def test_where_the_operator_creates_accounts_registration_is_closed(visitor: Client, settings: Settings) -> None:
    settings.REGISTRATION = "admin"
    email = an_address()

    page = visitor.post("/accounts/signup/", typed(email)).content.decode()

    assert "Registrierung ist geschlossen" in page
    assert user_by_email(email) is None


def test_where_a_code_is_asked_for_only_a_known_one_opens_the_door(visitor: Client, settings: Settings) -> None:
    settings.REGISTRATION = "code"
    email = an_address()
    assert visitor.post("/accounts/signup/", typed(email, code="WRONG1")).status_code == 200
    assert user_by_email(email) is None

    by_invitation = typed(email, code=a_tenant().organisation.invitation_code)
    with acting(by=None):
        activation = create_activation_code(note="", days=3, plan=None, on=today(), by=None)
    other = an_address()

    assert visitor.post("/accounts/signup/", by_invitation).status_code == 302
    assert (
        Client(HTTP_HOST="127.0.0.1").post("/accounts/signup/", typed(other, code=activation.lower())).status_code
        == 302
    )
    assert user_by_email(email) is not None


def test_the_terms_are_those_of_the_operator_if_there_are_any(
    visitor: Client, settings: Settings, tmp_path: Path
) -> None:
    assert "Was Kontor ist" in visitor.get("/terms/").content.decode()
    settings.TERMS_FOLDER = tmp_path
    (tmp_path / "terms.de.txt").write_text("# Hausordnung\n\nNur <echte> Belege.", encoding="utf-8")

    page = visitor.get("/terms/").content.decode()

    assert "<h2>Hausordnung</h2>" in page
    assert "Nur &lt;echte&gt; Belege." in page


def test_a_new_address_counts_once_it_is_confirmed(visitor: Client) -> None:
    old, new = an_address(), an_address()
    person = User.objects.create_user(old, name="Ada", password=PASSWORD)
    sign_in(visitor, old)

    asked = visitor.post("/accounts/email/", {"action_add": "", "email": new})
    assert "/accounts/reauthenticate/" in asked["Location"]
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = visitor.post("/accounts/email/", {"action_add": "", "email": new})
    assert answer.headers.get("Location") == "/accounts/email/"
    person.refresh_from_db()
    assert person.email == old

    visitor.post(link_in(last_mail_to(new)))

    person.refresh_from_db()
    assert person.email == new
    assert sign_in(Client(HTTP_HOST="127.0.0.1"), old) == ""


def test_a_forgotten_password_is_replaced_by_a_link(visitor: Client) -> None:
    email = an_address()
    User.objects.create_user(email, name="Ada", password="etwas-ganz-anderes-12")

    visitor.post("/accounts/password/reset/", {"email": email})
    page = visitor.get(link_in(last_mail_to(email)), follow=True)
    visitor.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})

    assert sign_in(Client(HTTP_HOST="127.0.0.1"), email) == "/"
