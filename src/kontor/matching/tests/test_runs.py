"""Many payments at once: minimum, ticks, confirmation, protocol, taking the run back; and the command line."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from kontor.core.jobs import run_inline
from kontor.core.tenancy import tenant
from kontor.matching.actions.running import run_match
from kontor.matching.commands import run_match_command
from kontor.matching.models import Proposal
from kontor.matching.rules import parallel
from kontor.matching.tests.books import DISCOUNT, FRAME, STAND, Books, the_books
from kontor.openitems.check import violations
from kontor.openitems.models import Allocation, OpenItem
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def books(database: None) -> Books:
    made = the_books()
    made.line(357_00, counterparty_name="Hofmann Möbelbau GmbH", remittance="RE 2026-0420")
    return made


def _proposals(books: Books) -> dict[int, int]:
    with tenant(books.tenant.id):
        return dict(Proposal.objects.filter(rank=1).order_by("-score").values_list("id", "score"))


def _post(books: Books, ids: list[int], *, key: str = "run1") -> str:
    answer = books.client().post(books.url("match_safe_post"), {"ids": ids, "key": key, "sure": "1"})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_button_matches_everything_that_is_unassigned(books: Books) -> None:
    with tenant(books.tenant.id):
        Proposal.objects.all().delete()

    answer = books.client().post(books.url("match_run"), follow=True)

    assert answer.status_code == 200
    assert len(_proposals(books)) == 2


def test_a_large_run_is_a_job_with_the_same_outcome(books: Books) -> None:
    facts = run_inline("matching.run", tenant_id=books.tenant.id, arguments={}, bar=False)

    assert facts == {"transactions": 2, "proposed": 2}


def test_two_processes_share_a_run_and_the_connection_stays_usable(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "_TRANSACTIONS_PER_WORKER_MIN", 1)

    with tenant(books.tenant.id):
        alone = run_match(at=NOW)
        shared = run_match(at=NOW, workers=2)

    assert shared.results == alone.results
    assert shared.count("proposed") + shared.count("automatic") == 2
    assert len(_proposals(books)) == 2


def test_the_minimum_moves_over_the_stored_proposals(books: Books) -> None:
    scores = sorted(_proposals(books).values())
    client = books.client()

    low = client.get(books.url("match_safe"), {"points": "20"}).content.decode()
    high = client.get(books.url("match_safe"), {"points": str(scores[-1])}).content.decode()

    assert low.count('name="ids"') == 2
    assert high.count('name="ids"') == 1
    assert f'value="{scores[-1]}"' in high


def test_nothing_is_posted_before_the_question_is_answered(books: Books) -> None:
    ids = list(_proposals(books))

    page = books.client().post(books.url("match_safe_post"), {"ids": ids, "key": "k"}).content.decode()

    assert 'name="sure"' in page
    with tenant(books.tenant.id):
        assert not Allocation.objects.exists()


def test_the_protocol_lists_exactly_what_was_posted(books: Books) -> None:
    best = next(iter(_proposals(books)))

    address = _post(books, [best])
    page = books.client().get(address).content.decode()

    assert "2026-0398" in page
    assert "2026-0412" in page
    assert "17,85" in page
    assert "2026-0420" not in page
    with tenant(books.tenant.id):
        assert Allocation.objects.count() == 2


def test_the_same_confirmation_sent_twice_posts_once(books: Books) -> None:
    ids = list(_proposals(books))

    assert _post(books, ids, key="twice") == _post(books, ids, key="twice")

    with tenant(books.tenant.id):
        assert Allocation.objects.count() == 3


def test_the_protocol_as_pdf_is_the_same_bytes_each_time(books: Books) -> None:
    address = _post(books, list(_proposals(books)))
    client = books.client()

    first, second = (client.get(f"{address}pdf").content for _ in range(2))

    assert first.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in first
    assert first == second


def test_taking_a_run_back_restores_everything(books: Books) -> None:
    address = _post(books, list(_proposals(books)))

    answer = books.client().post(f"{address}undo", follow=True)

    assert answer.status_code == 200
    with tenant(books.tenant.id):
        assert (
            sum(OpenItem.objects.filter(side="debit").values_list("amount_open", flat=True)) == FRAME + STAND + 357_00
        )
        assert not OpenItem.objects.exclude(differences=0).exists()
        assert [str(found) for found in violations()] == []


def test_a_proposal_whose_item_was_settled_meanwhile_is_not_offered_again(books: Books) -> None:
    ids = list(_proposals(books))
    _post(books, ids[:1])

    page = books.client().get(books.url("match_safe"), {"points": "20"}).content.decode()

    assert page.count('name="ids"') == 1


def _command(books: Books, path: Path | None = None, *, auto: bool = False) -> Namespace:
    return Namespace(tenant=books.tenant.code, auto=auto, out=path, json=True)


def test_the_command_writes_a_line_per_transaction(
    books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books.line(12_34, bank_reference="NTRY-77", counterparty_name="Niemand", remittance="xyz")

    status = run_match_command(_command(books, tmp_path / "out.jsonl"))

    figures = json.loads(capsys.readouterr().out)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert status == 0
    assert set(figures) == {"transactions", "automatic", "proposed", "none", "seconds", "peak_mb"}
    assert figures["transactions"] == figures["automatic"] + figures["proposed"] + figures["none"] == 3
    assert set(lines[0]) == {"reference", "decision", "score", "lead", "documents", "allocated", "evidence"}
    both = next(line for line in lines if "2026-0412" in line["documents"])
    assert dict(zip(both["documents"], both["allocated"], strict=True)) == {
        "2026-0398": "1190.00",
        "2026-0412": "874.65",
    }
    nothing = next(line for line in lines if line["reference"] == "NTRY-77")
    assert (nothing["decision"], nothing["documents"], nothing["allocated"]) == ("none", [], [])


def test_automatic_posting_marks_the_machines_work_and_repeats_nothing(books: Books) -> None:
    run_match_command(_command(books, auto=True))
    with tenant(books.tenant.id):
        first = list(Allocation.objects.order_by("id").values_list("item_id", "cash", "discount", "is_automatic"))

    run_match_command(_command(books, auto=True))

    with tenant(books.tenant.id):
        again = list(Allocation.objects.order_by("id").values_list("item_id", "cash", "discount", "is_automatic"))
        assert [str(found) for found in violations()] == []
    assert first
    assert all(row[3] for row in first)
    assert (books.stand_id, STAND - DISCOUNT, DISCOUNT, True) in first
    assert again == first
    page = books.client().get(books.url("match"), {"tab": "automatic"}).content.decode()
    assert f"t={books.both_id}" in page


def test_the_same_books_give_the_same_proposals(books: Books) -> None:
    def stored() -> list[tuple[object, ...]]:
        with tenant(books.tenant.id):
            run_match(at=NOW)
            return list(
                Proposal.objects.order_by("transaction_id", "rank").values_list(
                    "transaction_id", "rank", "score", "shares"
                )
            )

    assert stored() == stored()
