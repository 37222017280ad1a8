"""Setting up policies and substitutes: the order, the plain sentence, the dry run before use, who may what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kontor.approvals.actions.requests import answer
from kontor.approvals.models import ApprovalPolicy, Decision, Substitute
from kontor.approvals.queries.policies import dry_run, policies
from kontor.approvals.rules.answers import NotAsked
from kontor.approvals.rules.policies import Policy, Stage
from kontor.approvals.tests.desk import Desk, a_desk, a_policy
from kontor.core import clock
from kontor.receipts.actions.submitting import SUBJECT
from tests.builders import a_member

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk(database: None) -> Desk:
    return a_desk(with_policy=False)


def typed(desk: Desk, **changes: str) -> dict[str, object]:
    """Return what the form of a policy with one stage posts."""
    return {
        "stages": "1", "name": "Werkstatt groß", "project": str(desk.office.project.id), "cost_type": "",
        "amount_from": "500", "amount_to": "", "stage1-users": [str(desk.lead.id), str(desk.treasurer.id)],
        "stage1-needed": "2", "stage1-amount_from": "", **changes,
    }  # fmt: skip


def rows(desk: Desk) -> list[tuple[str, str]]:
    with desk.office.open():
        return list(ApprovalPolicy.objects.order_by("position").values_list("name", "state"))


def test_a_policy_goes_into_use_only_after_its_trial_was_shown(desk: Desk) -> None:
    client = desk.client(desk.setup)

    page = client.post(desk.url("policies/new"), typed(desk, do="activate")).content.decode()
    assert 'id="trial"' in page
    assert rows(desk) == []
    mark = page.split('name="tried" value="')[1].split('"')[0]

    changed = client.post(desk.url("policies/new"), typed(desk, do="activate", tried=mark, amount_from="100"))
    assert changed.status_code == 200
    assert rows(desk) == []

    done = client.post(desk.url("policies/new"), typed(desk, do="activate", tried=mark))
    assert done.status_code == 302
    assert rows(desk) == [("Werkstatt groß", "active")]
    shown = client.get(desk.url("policies/")).content.decode()
    assert (
        "Belege für „Offene Werkstatt“ und alles darunter ab 500,00\u00a0€ brauchen 2 Freigaben: "
        "Jonas Lenz und Sabine Brandt." in shown.replace("&nbsp;", "\u00a0")
    )


def test_a_policy_that_nobody_could_pass_is_refused_with_everything_typed(desk: Desk) -> None:
    refused = desk.client(desk.setup).post(
        desk.url("policies/new"), typed(desk, **{"do": "draft", "stage1-needed": "3"})
    )

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Stufe 1 verlangt 3 Personen" in page
    assert "Werkstatt groß" in page
    assert rows(desk) == []


def test_the_trial_says_what_changes_who_is_asked_and_where_nobody_is_left(desk: Desk) -> None:
    a_policy(desk, (1, (desk.lead,)))
    request = desk.asked(700_00)
    draft = Policy(
        id=0, name="Nur Mira", subject_type=SUBJECT, amount_from=500_00,
        stages=(Stage(number=1, needed=1, users=(desk.office.volunteer.id,)),),
    )  # fmt: skip
    other = Policy(
        id=0, name="Ruth", subject_type=SUBJECT, stages=(Stage(number=1, needed=1, users=(desk.setup.id,)),)
    )  # fmt: skip
    with desk.office.open():
        since = clock.today() - timedelta(days=90)
        assert dry_run(draft, since=since) == []
        ApprovalPolicy.objects.update(amount_to=100_00)
        [alone], [asked] = dry_run(draft, since=since), dry_run(other, since=since)
    assert (alone.has_nobody, alone.before, alone.after) == (True, "", "Nur Mira")
    assert (asked.asked, asked.subject.subject_id) == ((desk.setup.id,), request.subject_id)

    page = desk.client(desk.setup).post(
        desk.url("policies/new"), typed(desk, **{"do": "try", "amount_from": "", "stage1-needed": "1"})
    )
    assert "Bei 1 Beleg wäre um Freigabe gebeten worden." in page.content.decode()
    assert rows(desk) == [("Alle Belege", "active")]


def test_a_draft_asks_nobody(desk: Desk) -> None:
    desk.client(desk.setup).post(desk.url("policies/new"), typed(desk, do="draft", amount_from=""))

    assert rows(desk) == [("Werkstatt groß", "draft")]
    with desk.office.open():
        assert policies(subject_type=SUBJECT) == []


def test_policies_are_moved_and_the_first_that_fits_counts(desk: Desk) -> None:
    first = a_policy(desk, (1, (desk.lead,)), name="Erste")
    second = a_policy(desk, (1, (desk.treasurer,)), name="Zweite")
    client = desk.client(desk.setup)
    assert desk.asked().policy_id == first

    client.post(desk.url(f"policies/{second}/move"), {"way": "up"})
    assert [name for name, _ in rows(desk)] == ["Zweite", "Erste"]
    assert desk.asked().policy_id == second

    client.post(desk.url(f"policies/{second}/retire"))
    assert desk.asked().policy_id == first


def test_what_waits_keeps_what_it_asked_for_when_the_policy_changes(desk: Desk) -> None:
    policy_id = a_policy(desk, (1, (desk.lead,)))
    request = desk.asked()
    client = desk.client(desk.setup)
    facts = typed(desk, **{"amount_from": "", "project": "", "stage1-needed": "1"}) | {
        "stage1-users": [str(desk.setup.id)]
    }
    page = client.post(desk.url(f"policies/{policy_id}/"), facts | {"do": "try"}).content.decode()
    mark = page.split('name="tried" value="')[1].split('"')[0]
    client.post(desk.url(f"policies/{policy_id}/"), facts | {"do": "activate", "tried": mark})

    with desk.office.open(by=desk.setup), pytest.raises(NotAsked):
        answer(request.id, "approve", on=clock.today(), at=clock.now(), by=desk.setup)
    with desk.office.open(by=desk.lead):
        answer(request.id, "approve", on=clock.today(), at=clock.now(), by=desk.lead)
    assert desk.fresh(request).state == "approved"


def test_setting_up_needs_its_right(desk: Desk) -> None:
    policy_id = a_policy(desk, (1, (desk.lead,)))
    client = desk.client(desk.lead)

    for path in ("policies/", "policies/new", f"policies/{policy_id}/"):
        assert client.get(desk.url(path)).status_code == 403
    for path in (f"policies/{policy_id}/move", f"policies/{policy_id}/retire"):
        assert client.post(desk.url(path)).status_code == 403
    assert rows(desk) == [("Alle Belege", "active")]


def substituting(client: Client, desk: Desk, **typed_facts: str) -> int:
    today = clock.today().strftime("%d.%m.%Y")
    facts = {"first_day": today, "last_day": today, **typed_facts}
    return client.post(desk.url("substitutes/"), facts).status_code


def test_everybody_names_their_own_substitute_who_then_answers_for_them(desk: Desk) -> None:
    a_policy(desk, (1, (desk.lead,)))
    request = desk.asked()
    client = desk.client(desk.lead)
    assert desk.client(desk.treasurer).get(desk.url(), {"r": str(request.id)}).status_code == 404

    assert substituting(client, desk, user=str(desk.lead.id), substitute=str(desk.treasurer.id)) == 302
    desk.client(desk.treasurer).post(desk.url(f"{request.id}/answer"), {"given": "approve"})

    assert desk.fresh(request).state == "approved"
    with desk.office.open():
        decision = Decision.objects.get(request_id=request.id)
    assert (decision.user_id, decision.for_user_id) == (desk.treasurer.id, desk.lead.id)


def test_nobody_names_or_ends_the_substitute_of_others_without_the_right(desk: Desk) -> None:
    stranger = a_member(desk.office.tenant, role="reviewer", name="Dana Okafor")
    assert substituting(desk.client(stranger), desk, user=str(desk.lead.id), substitute=str(stranger.id)) == 422

    assert substituting(desk.client(desk.setup), desk, user=str(desk.lead.id), substitute=str(desk.treasurer.id)) == 302
    with desk.office.open():
        row = Substitute.objects.get()
    assert desk.client(stranger).post(desk.url(f"substitutes/{row.id}/remove")).status_code == 404
    assert desk.client(desk.lead).post(desk.url(f"substitutes/{row.id}/remove")).status_code == 302
    with desk.office.open():
        assert not Substitute.objects.exists()


def test_a_span_backwards_and_oneself_are_refused_at_the_field(desk: Desk) -> None:
    client = desk.client(desk.lead)
    yesterday = (clock.today() - timedelta(days=1)).strftime("%d.%m.%Y")

    backwards = {"user": str(desk.lead.id), "substitute": str(desk.treasurer.id), "last_day": yesterday}
    assert substituting(client, desk, **backwards) == 422
    assert substituting(client, desk, user=str(desk.lead.id), substitute=str(desk.lead.id)) == 422
