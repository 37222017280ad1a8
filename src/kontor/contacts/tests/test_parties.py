"""Contacts in the books: numbers, bank details, terms, many at once."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kontor.contacts.actions.bulk import find_or_create_parties
from kontor.contacts.actions.parties import (
    HasNumber,
    add_bank_details,
    archive_party,
    create_party,
    give_number,
    remove_bank_details,
    restore_party,
    set_payment_term,
    update_party,
)
from kontor.contacts.actions.terms import TermCodeTaken, TermFacts, create_payment_term, make_default_term
from kontor.contacts.models import Party
from kontor.contacts.queries import (
    address_of,
    bank_details_of,
    default_term,
    find_parties,
    parties,
    parties_by_iban,
    party_by_number,
    term_for,
)
from kontor.contacts.rules.numbers import NumberTaken
from kontor.contacts.rules.parties import NameMissing, PartyFacts, PartyRow, PostalAddress
from kontor.contacts.rules.terms import effective_limits
from kontor.core.audit import history_of
from kontor.core.iban import WrongIban
from kontor.core.tenancy import tenant
from tests.builders import a_tenant, a_user

IBAN = "DE89370400440532013000"
HOFMANN = PartyFacts(
    name="Hofmann Möbelbau GmbH",
    email="rechnung@example.org",
    address=PostalAddress(street="Lägenstraße", town="Hannover"),
)


def test_a_new_customer_gets_the_next_free_number(database: None) -> None:
    with tenant(a_tenant().id, by=a_user()):
        first = create_party(HOFMANN, numbers={"debtor": ""}, by=None)
        create_party(PartyFacts(name="Given"), numbers={"debtor": "10007"}, by=None)
        create_party(PartyFacts(name="Outside the range"), numbers={"debtor": "K-1"}, by=None)
        third = create_party(PartyFacts(name="Next"), numbers={"debtor": "", "creditor": ""}, by=None)

        assert party_by_number("debtor", "10000") == first
        assert party_by_number("debtor", "10008") == third
        assert party_by_number("creditor", "70000") == third


def test_a_taken_number_is_refused_and_leaves_nothing(database: None) -> None:
    books = a_tenant()
    with tenant(books.id):
        create_party(HOFMANN, numbers={"debtor": "10234"}, by=None)
    with pytest.raises(NumberTaken), tenant(books.id):
        create_party(PartyFacts(name="Second"), numbers={"debtor": "10234"}, by=None)
    with tenant(books.id):
        assert [party.name for party in parties()] == [HOFMANN.name]


def test_a_second_number_on_one_side_is_refused(database: None) -> None:
    with tenant(a_tenant().id):
        party = create_party(HOFMANN, numbers={"debtor": ""}, by=None)
        with pytest.raises(HasNumber):
            give_number(party, side="debtor", by=None)


def test_the_other_tenants_contacts_are_not_seen(database: None) -> None:
    with tenant(a_tenant().id):
        create_party(HOFMANN, numbers={"debtor": ""}, by=None)
    with tenant(a_tenant().id):
        assert list(parties()) == []
        assert party_by_number("debtor", "10000") is None


def test_who_changed_what_stands_in_the_record(database: None) -> None:
    books, sabine = a_tenant(), a_user()
    with tenant(books.id, by=sabine):
        party = create_party(HOFMANN, by=sabine)
    with tenant(books.id, by=sabine):
        update_party(party, PartyFacts(name="Hofmann GmbH"), by=sabine)
    with tenant(books.id):
        events = list(history_of("contacts.party", party.id))

        assert {event.verb for event in events} == {"contacts.create_party", "contacts.update_party"}
        assert all(event.link.actor_id == sabine.pk for event in events)
        assert any((event.details or {}).get("name") == ["Hofmann Möbelbau GmbH", "Hofmann GmbH"] for event in events)
        assert address_of(party) is None


@pytest.mark.parametrize("text", ["mobelbau", "Möbel", "10000", "DE89 3704", "hannov", "rechnung@"])
def test_a_contact_is_found_by_name_number_iban_town_and_address(database: None, text: str) -> None:
    with tenant(a_tenant().id):
        party = create_party(HOFMANN, numbers={"debtor": ""}, by=None)
        add_bank_details(party, iban=IBAN, by=None)
        create_party(PartyFacts(name="Somebody else"), by=None)

        assert find_parties(text) == [party]


def test_names_that_begin_with_the_text_come_first(database: None) -> None:
    with tenant(a_tenant().id):
        for name in ("Autohaus Berger", "Berger Druck", "Anna Berger"):
            create_party(PartyFacts(name=name), by=None)

        assert [party.name for party in find_parties("Berg")] == ["Berger Druck", "Anna Berger", "Autohaus Berger"]


def test_an_iban_is_checked_and_kept_once(database: None) -> None:
    with tenant(a_tenant().id):
        party = create_party(HOFMANN, by=None)
        with pytest.raises(WrongIban):
            add_bank_details(party, iban="DE21 2505 0180 0000 4417 04", by=None)
        add_bank_details(party, iban="de89 3704 0044 0532 0130 00", by=None)
        add_bank_details(party, iban=IBAN, bic="cobadeff", by=None)

        assert [(d.iban, d.bic) for d in bank_details_of(party)] == [(IBAN, "COBADEFF")]
        assert parties_by_iban([IBAN]) == {IBAN: [party.id]}
        remove_bank_details(party, iban=IBAN, by=None)
        assert bank_details_of(party) == []


def test_archived_contacts_leave_lists_and_come_back(database: None) -> None:
    with tenant(a_tenant().id):
        party = create_party(HOFMANN, by=None)
        archive_party(party, by=None)
        assert list(parties()) == []
        assert list(parties(archived=True)) == [party]
        restore_party(party, by=None)
        assert list(parties()) == [party]


def test_a_party_without_agreement_pays_by_the_default_term(database: None) -> None:
    with tenant(a_tenant().id):
        party = create_party(HOFMANN, numbers={"debtor": ""}, by=None)
        standard = default_term()
        special = create_payment_term(
            TermFacts(code="28", name="28 Tage", net_days=28, under_percent=Decimal(2)), by=None
        )
        assert standard is not None
        assert (standard.net_days, term_for(party, side="debtor")) == (14, standard)

        set_payment_term(party, side="debtor", term=special, by=None)

        agreed = term_for(party, side="debtor")
        assert agreed == special
        assert effective_limits(100_00, special) == (200, 0)
        make_default_term(special, by=None)
        assert default_term() == special


def test_a_term_code_exists_once(database: None) -> None:
    with tenant(a_tenant().id), pytest.raises(TermCodeTaken):
        create_payment_term(TermFacts(code="14", name="Again"), by=None)


def test_an_import_finds_and_creates_by_side_and_number_in_few_statements(database: None) -> None:
    rows = [
        PartyRow(side="debtor", number=str(20_000 + n), name=f"Party {n}", iban=IBAN if n == 1 else "")
        for n in range(2_000)
    ]
    rows.append(PartyRow(side="creditor", number="20000", name="Same number, other side"))
    books = a_tenant()
    with tenant(books.id):
        known = create_party(HOFMANN, numbers={"debtor": "20000"}, by=None)
        with CaptureQueriesContext(connection) as queries:
            made = find_or_create_parties(rows)

        assert len(queries) <= 8
        assert len(made) == 2_001
        assert made["debtor", "20000"] == known.id
        assert made["creditor", "20000"] != known.id
        assert Party.objects.count() == 2_001
        found = party_by_number("debtor", "20077")
        assert found is not None
        assert (found.name, found.id) == ("Party 77", made["debtor", "20077"])
        assert parties_by_iban([IBAN]) == {IBAN: [made["debtor", "20001"]]}
        assert find_or_create_parties(rows) == made


def test_one_nameless_row_refuses_the_whole_import(database: None) -> None:
    books = a_tenant()
    rows = [PartyRow(side="debtor", number="1", name="Good"), PartyRow(side="debtor", number="2", name=" ")]
    with pytest.raises(NameMissing), tenant(books.id):
        find_or_create_parties(rows)
    with tenant(books.id):
        assert Party.objects.count() == 0
