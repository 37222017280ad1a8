"""Large statement files: the worker reads them in, as a whole or not at all, and never twice."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client

from kontor.banking import tasks
from kontor.banking.actions.accounts import open_money_account
from kontor.banking.models import BankTransaction, StatementImport
from kontor.banking.tests.test_import import IBAN, entry, statement
from kontor.core import jobs
from kontor.core.jobs import cancel_job, job_by_id
from kontor.core.models import Job, JobState
from kontor.core.progress import JobCancelled, Progress
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant


class _Context:
    """What the queue tells a task."""

    def __init__(self, attempts: int = 0) -> None:
        self.job = type("QueueJob", (), {"attempts": attempts})()
        self.should_abort: Callable[[], bool] = lambda: False


class _Counting(Progress):
    """Notes every step, and is cancelled after `limit` of them."""

    def __init__(self, tenant_id: int, *, limit: int = 99) -> None:
        super().__init__(tenant_id=tenant_id, by=None)
        self.steps: list[tuple[int, int]] = []
        self.limit = limit

    def step(self, done: int, total: int, message_id: str = "", **facts: object) -> None:  # noqa: ARG002  # as Progress has it
        self.steps.append((done, total))

    @property
    def cancelled(self) -> bool:
        return len(self.steps) >= self.limit


@pytest.fixture
def books(database: None, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    monkeypatch.setattr(tasks, "LARGE_BYTES", 2_000)
    monkeypatch.setattr("kontor.banking.actions.importing.CHUNK", 10)
    found = a_tenant()
    with tenant(found.id):
        open_money_account(code="main", name="Hauptkonto", iban=IBAN, currency="EUR")
    return found


@pytest.fixture
def client(books: Tenant) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(books))
    return client


LARGE = statement(*(entry(f"{n}.00", ref=f"A{n}") for n in range(1, 41)))


def drop(client: Client, books: Tenant, content: bytes = LARGE) -> tuple[str, Job]:
    file = io.BytesIO(content)
    file.name = "gross.xml"
    address = client.post(f"/t/{books.code}/bank/import", {"files": [file]})["Location"]
    with tenant(books.id):
        job = Job.objects.get()
    return address, job


def work(job: Job, *, attempts: int = 0) -> Job:
    jobs.run_job(_Context(attempts), tenant_id=job.tenant_id, job_id=job.id)  # type: ignore[arg-type]
    with tenant(job.tenant_id):
        ended = job_by_id(job.id)
    assert ended is not None
    return ended


def test_a_large_file_waits_for_the_worker_and_its_page_shows_how_far_it_is(client: Client, books: Tenant) -> None:
    address, job = drop(client, books)

    assert f"/jobs/{job.id}/" in client.get(address).content.decode()
    with tenant(books.id):
        assert StatementImport.objects.get().state == "waiting"
        assert not BankTransaction.objects.exists()

    ended = work(job)
    assert (ended.state, ended.done, ended.total) == (JobState.DONE, 40, 40)
    assert ended.result is not None
    assert (ended.result["new"], ended.result["known"]) == (40, 0)
    with tenant(books.id):
        assert StatementImport.objects.get().state == "taken"
        assert BankTransaction.objects.count() == 40


def test_a_job_that_ran_before_its_worker_died_takes_nothing_twice(client: Client, books: Tenant) -> None:
    _address, job = drop(client, books)
    work(job)
    with tenant(books.id):
        Job.objects.filter(id=job.id).update(state=JobState.RUNNING)

    again = work(job, attempts=1)

    assert again.state == JobState.DONE
    with tenant(books.id):
        assert BankTransaction.objects.count() == 40
        assert StatementImport.objects.get().count_new == 40


def test_a_job_whose_worker_dies_halfway_leaves_nothing_and_is_done_again(
    client: Client, books: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    _address, job = drop(client, books)

    class Killed(BaseException):
        """The worker's process ends."""

    def die(_progress: Progress, done: int, _total: int) -> None:
        if done >= 20:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "_tell", die)
        with pytest.raises(Killed):
            work(job)
    with tenant(books.id):
        assert not BankTransaction.objects.exists()

    assert work(job, attempts=1).state == JobState.DONE
    with tenant(books.id):
        assert BankTransaction.objects.count() == 40


def test_a_file_that_cannot_be_read_fails_with_its_sentence_and_is_kept(client: Client, books: Tenant) -> None:
    address, job = drop(client, books, LARGE[:-60])

    ended = work(job)

    assert ended.state == JobState.FAILED
    with tenant(books.id):
        record = StatementImport.objects.get()
        assert (record.state, record.reason) == ("refused", ended.message)
        assert record.file.size == len(LARGE) - 60
    assert "Die Datei bricht in Zeile" in client.get(address).content.decode()


def test_a_cancelled_import_takes_nothing_and_can_be_done_again(client: Client, books: Tenant) -> None:
    address, job = drop(client, books)
    with tenant(books.id):
        cancel_job(job, by=None)
    assert work(job).state == JobState.CANCELLED

    page = client.get(address).content.decode()
    assert f"{address}again" in page
    client.post(f"{address}again")
    with tenant(books.id):
        fresh = Job.objects.exclude(id=job.id).get()
    assert work(fresh).state == JobState.DONE
    with tenant(books.id):
        assert BankTransaction.objects.count() == 40


def test_an_import_stops_between_two_batches_and_takes_back_what_it_wrote(client: Client, books: Tenant) -> None:
    _address, _job = drop(client, books)
    with tenant(books.id):
        record = StatementImport.objects.get()
    progress = _Counting(books.id, limit=6)

    with pytest.raises(JobCancelled):
        tasks.import_file(progress, import_id=record.id, account_id=None, create=False)

    assert progress.steps[-1] == (20, 40)
    with tenant(books.id):
        assert not BankTransaction.objects.exists()
        assert StatementImport.objects.get().state == "waiting"


def test_a_running_import_is_not_started_a_second_time(client: Client, books: Tenant) -> None:
    address, job = drop(client, books)

    client.post(f"{address}again")

    with tenant(books.id):
        assert Job.objects.get().id == job.id


def test_an_answer_about_the_account_of_a_large_file_is_kept_for_the_worker(client: Client, books: Tenant) -> None:
    other = statement(*(entry(f"{n}.00", ref=f"A{n}") for n in range(1, 41)), iban="DE75512108001245126199")
    address, job = drop(client, books, other)
    assert work(job).state == JobState.FAILED

    client.post(f"{address}account", {"account": "new"})
    with tenant(books.id):
        fresh = Job.objects.exclude(id=job.id).get()
    assert work(fresh).state == JobState.DONE
    with tenant(books.id):
        assert BankTransaction.objects.count() == 40
