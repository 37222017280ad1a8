"""A CSV file with unknown columns: asked once, then taken over by itself; nothing of it is lost meanwhile."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from functools import partial

import pytest
from django.test import Client

from kontor.banking.actions.accounts import open_money_account
from kontor.banking.actions.importing import import_statement
from kontor.banking.actions.outcomes import Outcome
from kontor.banking.actions.profiles import ProfileNameTaken, delete_profile, rename_profile, save_profile
from kontor.banking.formats.csvprofile import (
    AmountTwice,
    ColumnMissing,
    ColumnTwice,
    CsvProfile,
    facts_of,
    profile_from,
    profile_of,
)
from kontor.banking.formats.csvsniff import guess_csv, match_csv, sniff_csv
from kontor.banking.formats.unreadable import UnknownColumns
from kontor.banking.models import BankTransaction, CsvProfileRow, MoneyAccount, StatementImport
from kontor.banking.queries.transactions import transactions
from kontor.core.tenancy import tenant
from kontor.documents.store import open_file, store
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OWN = "Tag;Wer;Wofür;Euro;Stand\n02.11.2026;Erika Muster;Rechnung RE 1;119,00;1.119,00\n03.11.2026;Stadtwerke;Strom;-50,00;1.069,00\n"
MORE = "Tag;Wer;Wofür;Euro;Stand\n04.11.2026;Otto;Rechnung RE 2;10,00;1.079,00\n"
CUT = {
    "delimiter": ";",
    "encoding": "utf-8",
    "decimal": ",",
    "date_format": "%d.%m.%Y",
    "title_line": "1",
    "currency": "EUR",
}
MEANINGS = {"c0": "booking_date", "c1": "counterparty_name", "c2": "texts", "c3": "amount", "c4": "balance"}


@pytest.fixture
def books(database: None) -> Tenant:
    found = a_tenant()
    with tenant(found.id):
        open_money_account(code="main", name="Hauptkonto", iban="DE89370400440532013000", currency="EUR")
        open_money_account(code="paypal", name="PayPal", kind="paypal", currency="EUR")
    return found


@pytest.fixture
def client(books: Tenant) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(books))
    return client


def drop(client: Client, books: Tenant, content: str | bytes, *, name: str = "umsatz.csv") -> str:
    """Drop a file on the page; return the address that it leads to."""
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    file.name = name
    return client.post(f"/t/{books.code}/bank/import", {"files": [file]})["Location"]


def bring(content: str) -> Outcome:
    file = store(content.encode(), name="umsatz.csv", owner_type="banking.import", at=AT, by=None)
    return import_statement(file, partial(open_file, file), at=AT)


def an_id(code: str) -> str:
    return str(MoneyAccount.objects.get(code=code).id)


def test_a_csv_with_unknown_columns_is_kept_and_asks_what_they_mean(client: Client, books: Tenant) -> None:
    address = drop(client, books, OWN)

    page = client.get(address).content.decode()
    assert f"{address}columns" in page
    mapping = client.get(f"{address}columns").content.decode()
    assert "Erika Muster" in mapping
    assert mapping.count("<select") == 5 + 5  # five columns; separator, characters, decimal sign, days, account
    with tenant(books.id):
        assert StatementImport.objects.get().state == "held"
        assert not BankTransaction.objects.exists()


def test_a_csv_that_names_no_account_asks_for_one_and_offers_no_new_one(client: Client, books: Tenant) -> None:
    known = "Buchungstag;Wertstellung;Auftraggeber;Text;Betrag EUR\n20.11.2026;20.11.2026;Erika;Rechnung 4711;119,00\n"

    address = drop(client, books, known)

    page = client.get(address).content.decode()
    assert "Die Datei sagt nicht, von welchem Konto sie ist." in page
    assert page.count("Die Datei sagt nicht") == 1  # the page says it, no toast beside it
    assert 'value="new"' not in page
    assert "Hauptkonto · DE89 3704 0044 0532 0130 00" in page
    with tenant(books.id):
        account = an_id("main")
    client.post(f"{address}account", {"account": account})
    with tenant(books.id):
        assert BankTransaction.objects.get().amount == 119_00


def test_a_change_shows_anew_how_the_file_will_be_read(client: Client, books: Tenant) -> None:
    address = drop(client, books, OWN) + "columns"
    cut = {**CUT, "cut": ";|utf-8|1", **MEANINGS}

    as_is = client.post(address, cut).content.decode()
    with_payee = client.post(address, {**cut, "c1": "", "c2": "counterparty_name"}).content.decode()
    by_comma = client.post(address, {**cut, "delimiter": ","}).content.decode()

    assert '<th scope="row">Erika Muster' in as_is
    assert '<th scope="row">Rechnung RE 1' in with_payee
    assert '<th scope="row">Erika Muster' not in by_comma
    with tenant(books.id):
        assert not CsvProfileRow.objects.exists()


def test_saved_columns_bring_the_file_in_and_the_next_one_by_itself(client: Client, books: Tenant) -> None:
    address = drop(client, books, OWN) + "columns"
    with tenant(books.id):
        account = an_id("paypal")

    client.post(address, {**CUT, **MEANINGS, "name": "Kasse Nord", "account": account, "save": "1"})
    drop(client, books, MORE, name="naechste.csv")

    with tenant(books.id):
        assert [row.amount for row in transactions()] == [1_000, -5_000, 11_900]
        assert {row.money_account.code for row in transactions()} == {"paypal"}
        assert list(StatementImport.objects.order_by("id").values_list("state", flat=True)) == ["taken", "taken"]
        assert CsvProfileRow.objects.get().name == "Kasse Nord"


def test_the_same_file_again_takes_nothing_twice(client: Client, books: Tenant) -> None:
    address = drop(client, books, OWN) + "columns"
    with tenant(books.id):
        account = an_id("main")
    client.post(address, {**CUT, **MEANINGS, "name": "Nord", "account": account, "save": "1"})
    drop(client, books, OWN)

    with tenant(books.id):
        assert BankTransaction.objects.count() == 2


def test_a_profile_without_account_asks_which_account_it_is(client: Client, books: Tenant) -> None:
    address = drop(client, books, OWN)

    client.post(address + "columns", {**CUT, **MEANINGS, "name": "Nord", "account": "", "save": "1"})
    page = client.get(address).content.decode()
    assert 'name="account"' in page

    with tenant(books.id):
        answer = an_id("main")
    client.post(address + "account", {"account": answer})
    with tenant(books.id):
        assert BankTransaction.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"c0": ""}, "nicht vollständig"),
        ({"c2": "counterparty_name"}, "dieselbe Bedeutung"),
        ({"c4": "debit"}, "entweder"),
        ({"date_format": "%Y%m%d"}, "02.11.2026"),
        ({"currency": "JPY1"}, "form"),
    ],
)
def test_columns_that_make_no_statement_are_refused_with_everything_still_there(
    client: Client, books: Tenant, change: dict[str, str], words: str
) -> None:
    address = drop(client, books, OWN) + "columns"

    answer = client.post(address, {**CUT, **MEANINGS, **change, "name": "Nord", "save": "1"})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="Nord"' in answer.content.decode()
    with tenant(books.id):
        assert not CsvProfileRow.objects.exists()
        assert StatementImport.objects.get().state == "held"


def test_a_table_within_an_archive_can_be_explained_too(client: Client, books: Tenant) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", OWN)
        archive.writestr("b.csv", MORE)
    address = drop(client, books, packed.getvalue(), name="umsaetze.zip") + "columns"
    with tenant(books.id):
        account = an_id("main")

    client.post(address, {**CUT, **MEANINGS, "name": "Nord", "account": account, "save": "1"})

    with tenant(books.id):
        assert BankTransaction.objects.count() == 3


def test_a_statement_has_no_columns_to_choose(client: Client, books: Tenant) -> None:
    address = drop(client, books, b"%PDF-1.7 nothing", name="auszug.pdf")

    assert client.get(address + "columns").status_code == 422


def test_profiles_are_listed_renamed_and_deleted_at_the_account(client: Client, books: Tenant) -> None:
    with tenant(books.id):
        guessed = guess_csv(OWN.encode())
        assert guessed is not None
        row = save_profile(guessed, name="Nord", account=MoneyAccount.objects.get(code="main"))
        home = f"/t/{books.code}/bank/accounts/{an_id('main')}/"
    assert 'value="Nord"' in client.get(home).content.decode()

    client.post(f"{home}profiles/{row.id}", {f"p{row.id}-name": "Süd", f"p{row.id}-account": ""})
    with tenant(books.id):
        changed = CsvProfileRow.objects.get()
        assert (changed.name, changed.money_account_id) == ("Süd", None)

    client.post(f"{home}profiles/{row.id}/delete")
    with tenant(books.id):
        assert not CsvProfileRow.objects.exists()
        assert isinstance(bring(OWN).refusal, UnknownColumns)


def test_a_name_belongs_to_one_profile(books: Tenant) -> None:
    first, second = guess_csv(OWN.encode()), guess_csv(OWN.replace("Wer", "Name des anderen").encode())
    assert first is not None
    assert second is not None
    with tenant(books.id):
        save_profile(first, name="Nord", account=None)
        with pytest.raises(ProfileNameTaken):
            save_profile(second, name="Nord", account=None)
        other = save_profile(second, name="Süd", account=None)
        with pytest.raises(ProfileNameTaken):
            rename_profile(other, name="Nord", account=None)
        delete_profile(other)


def test_saving_the_same_layout_again_replaces_it(books: Tenant) -> None:
    guessed = guess_csv(OWN.encode())
    assert guessed is not None
    with tenant(books.id):
        save_profile(guessed, name="Nord", account=None)
        save_profile(guessed, name="Nord neu", account=None)

        assert list(CsvProfileRow.objects.values_list("name", flat=True)) == ["Nord neu"]


def test_a_saved_profile_comes_before_a_known_layout(books: Tenant) -> None:
    known = "Datum;Betrag;Verwendungszweck;Bemerkung\n02.11.2026;1,00;falsch;richtig\n"
    sniffed = sniff_csv(known.encode())
    assert sniffed is not None
    own = profile_of(["booking_date", "amount", "", "texts"], name="", titles=sniffed.titles)
    with tenant(books.id):
        save_profile(own, name="eigene", account=MoneyAccount.objects.get(code="main"))

        bring(known)

        assert transactions().get().remittance == "richtig"


def test_two_overlapping_exports_break_no_chain_and_a_gap_between_two_is_named(books: Tenant) -> None:
    guessed = guess_csv(OWN.encode())
    assert guessed is not None
    chosen = profile_of(list(MEANINGS.values()), name="", titles=guessed.titles)
    late = MORE.replace("04.11.2026", "24.11.2026").replace("1.079,00", "5.010,00")
    with tenant(books.id):
        save_profile(chosen, name="Nord", account=MoneyAccount.objects.get(code="main"))
        bring(OWN)
        assert bring(OWN + MORE.partition("\n")[2]).problems == []
        assert [type(problem).__name__ for problem in bring(late).problems] == ["OpeningDiffers"]


def test_more_lines_above_the_titles_do_not_hide_a_saved_layout() -> None:
    profile = guess_csv(OWN.encode())
    assert profile is not None

    found = match_csv(("Stand vom;1.11.\n\nKunde;4711\n" + OWN).encode("cp1252"), [profile])

    assert found is not None
    assert (found.skip_rows, found.encoding) == (4, "cp1252")
    assert match_csv(OWN.replace("Wer", "Wem").encode(), [profile]) is None


def test_a_file_without_titles_is_known_by_its_shape() -> None:
    content = "02.11.2026;Gutschrift Muster;02.11.2026;119,00;EUR\n"
    profile = guess_csv(content.encode())
    assert profile is not None
    assert (profile.titles, profile.shape, profile.skip_rows) == ((), "dtdnt", 0)

    assert match_csv(b"05.11.2026;Strom;06.11.2026;-9,99;EUR\n", [profile]) == profile
    assert match_csv(b"05.11.2026;Strom;-9,99;EUR\n", [profile]) is None


def test_a_profile_survives_its_way_through_the_database() -> None:
    profile = CsvProfile("own", texts=(2, 5), amount=1, titles=("a", "b"))

    assert profile_from({**facts_of(profile), "of_a_later_version": 1}) == profile


@pytest.mark.parametrize(
    ("roles", "refusal"),
    [
        (["amount"], ColumnMissing),
        (["booking_date", "texts"], ColumnMissing),
        (["booking_date", "amount", "amount"], ColumnTwice),
        (["booking_date", "amount", "credit"], AmountTwice),
    ],
)
def test_roles_that_make_no_statement_are_refused(roles: list[str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        profile_of(roles, name="own")
