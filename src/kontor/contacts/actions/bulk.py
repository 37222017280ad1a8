"""Bringing many parties in at once, in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from kontor.contacts.rules.names import sort_name
from kontor.contacts.rules.numbers import NumberTaken, checked_number
from kontor.contacts.rules.parties import PartyRow, check_name
from kontor.core.audit import act
from kontor.core.iban import compact_iban
from kontor.core.tenancy import current_tenant_id

type Key = tuple[str, str]


@act("contacts.import_parties")
def find_or_create_parties(rows: Sequence[PartyRow]) -> dict[Key, int]:
    """Return the party id of every (side, number); those that do not exist are created, seven statements in all.

    Known parties stay as they are, but bank details that they lack are added. Of several rows with the
    same side and number the first gives name and e-mail.

    Raises:
        WrongNumber, NameMissing, NameTooLong, WrongIban: a row is wrong; nothing is created.
        NumberTaken: somebody else created one of the numbers at the same moment.
    """
    first: dict[Key, PartyRow] = {}
    for row in rows:
        first.setdefault((row.side, checked_number(row.number)), row)
    known = _known(first)
    fresh = {key: row for key, row in first.items() if key not in known}
    for row in fresh.values():
        check_name(row.name)
    known |= _create(fresh)
    _add_bank_details((known[row.side, row.number.strip()], row) for row in rows if row.iban)
    return known


def _known(keys: Iterable[Key]) -> dict[Key, int]:
    wanted = list(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.side, a.number, a.party_id FROM contacts_partyaccount a "
            "JOIN unnest(%s::text[], %s::text[]) AS wanted(side, number) ON (a.side, a.number) = (wanted.side, wanted.number) "
            "WHERE a.tenant_id = %s",
            [[side for side, _ in wanted], [number for _, number in wanted], current_tenant_id()],
        )
        return {(side, number): party_id for side, number, party_id in cursor.fetchall()}


def _create(fresh: dict[Key, PartyRow]) -> dict[Key, int]:
    if not fresh:
        return {}
    ids = _reserve_ids(len(fresh))
    _insert_parties(ids, list(fresh.values()))
    _insert_accounts(ids, fresh)
    return dict(zip(fresh, ids, strict=True))


def _reserve_ids(count: int) -> list[int]:
    """Take the ids first, so that no order of RETURNING is relied on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('contacts_party', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _insert_parties(ids: list[int], rows: Sequence[PartyRow]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_party (tenant_id, id, kind, name, sort_name, aliases, email, phone, contact_person, "
            "vat_number, language, note, is_archived) "
            "SELECT %s, id, 'organisation', name, sort_name, '[]', email, '', '', '', 'de', '', false "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS made(id, name, sort_name, email)",
            [
                current_tenant_id(),
                ids,
                [row.name.strip() for row in rows],
                [sort_name(row.name) for row in rows],
                [row.email.strip() for row in rows],
            ],
        )


def _insert_accounts(ids: list[int], fresh: dict[Key, PartyRow]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_partyaccount (tenant_id, party_id, side, number, payment_term_id, is_dunned) "
            "SELECT %s, party_id, side, number, term, true "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) AS made(party_id, side, number, term) "
            "ON CONFLICT (tenant_id, side, number) DO NOTHING RETURNING side, number",
            [
                current_tenant_id(),
                ids,
                [side for side, _ in fresh],
                [number for _, number in fresh],
                [row.payment_term_id for row in fresh.values()],
            ],
        )
        written = set(cursor.fetchall())
    for side, number in fresh:
        if (side, number) not in written:
            raise NumberTaken(number=number)


def _add_bank_details(holders: Iterable[tuple[int, PartyRow]]) -> None:
    details = {(party_id, compact_iban(row.iban)): row for party_id, row in holders}
    if not details:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_bankdetails (tenant_id, party_id, iban, bic, holder) "
            "SELECT %s, party_id, iban, bic, '' FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS made(party_id, iban, bic) "
            "ON CONFLICT (tenant_id, party_id, iban) DO NOTHING",
            [
                current_tenant_id(),
                [party_id for party_id, _ in details],
                [iban for _, iban in details],
                [row.bic.replace(" ", "").upper() for row in details.values()],
            ],
        )
