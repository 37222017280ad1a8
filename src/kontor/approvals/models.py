"""Policies, requests, answers and the conversation about a document."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel


class PolicyState(models.TextChoices):
    """A draft is only tried out; a retired one stays for the requests it made."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class ApprovalPolicy(TenantModel):
    """When approval is needed [Freigaberegel]; the first active one by `position` that fits counts.

    Empty conditions fit everything; a project means its whole branch; amounts are base currency, both ends included.
    """

    position = models.IntegerField()
    name = models.TextField()
    state = models.TextField(choices=PolicyState.choices, default=PolicyState.DRAFT)
    subject_type = models.TextField(default="receipts.document")
    project = TenantKey("projects.Project", null=True)
    cost_type = TenantKey("projects.CostType", null=True)
    amount_from = AmountField(null=True)
    amount_to = AmountField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_from__isnull=True)
                | models.Q(amount_to__isnull=True)
                | models.Q(amount_from__lte=models.F("amount_to")),
                name="policy_span",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "subject_type", "state", "position"], name="policy_order")]


class PolicyStage(TenantModel):
    """A step of a policy [Stufe]: `needed` of its people; skipped below `amount_from` (base currency)."""

    policy = TenantKey(ApprovalPolicy)
    number = models.IntegerField()
    needed = models.IntegerField(default=1)
    amount_from = AmountField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "policy", "number"], name="policystage_number"),
            models.CheckConstraint(condition=models.Q(needed__gte=1), name="policystage_needed"),
        ]


class PolicyApprover(TenantModel):
    """Who may answer in a stage."""

    stage = TenantKey(PolicyStage)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "stage", "user"], name="policyapprover_once")]


class Substitute(TenantModel):
    """That one person answers for another from one day to another, both included [Vertretung]."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(first_day__lte=models.F("last_day")), name="substitute_span"),
            models.CheckConstraint(condition=~models.Q(user=models.F("substitute")), name="substitute_other"),
        ]


class RequestState(models.TextChoices):
    """pending → approved | rejected | query → pending; withdrawn by whoever asked."""

    PENDING = "pending"
    QUERY = "query"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ApprovalRequest(TenantModel):
    """A document that waits for people [Freigabe].

    `stages` is what the policy asked for when it was made: `[{"number": 1, "needed": 1, "users": [ids],
    "amount_from": 50000}]`;
    `stage` is the number of the one that is asked now. `fingerprint` binds the answers to the contents.
    `signs` are the owner's findings `[{"code": …, "is_warning": bool, …}]`; without a warning it is inconspicuous.
    """

    subject_type = models.TextField()
    subject_id = models.BigIntegerField()
    policy = TenantKey(ApprovalPolicy)
    state = models.TextField(choices=RequestState.choices, default=RequestState.PENDING)
    stages = models.JSONField()
    stage = models.IntegerField()
    title = models.TextField()
    amount = AmountField()
    currency = models.TextField()
    amount_base = AmountField()
    project = TenantKey("projects.Project", null=True)
    signs = models.JSONField(default=list)
    fingerprint = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "subject_type", "subject_id"],
                condition=models.Q(state__in=["pending", "query"]),
                name="approvalrequest_one_waiting",
            )
        ]
        indexes = [
            models.Index(fields=["tenant_id", "state", "asked_at", "id"], name="approvalrequest_waiting"),
            models.Index(fields=["tenant_id", "subject_type", "subject_id"], name="approvalrequest_subject"),
        ]


class Answer(models.TextChoices):
    """What somebody said; `revoke` takes back an earlier answer of the same person."""

    APPROVE = "approve"
    REJECT = "reject"
    QUERY = "query"
    REVOKE = "revoke"


class Decision(TenantModel):
    """One answer of one person [Entscheidung]; never changed. `for_user` is whom a substitute answered for."""

    request = TenantKey(ApprovalRequest)
    stage = models.IntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    for_user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(choices=Answer.choices)
    reason = models.TextField(default="")
    fingerprint = models.TextField()
    revokes = TenantKey("self", null=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "revokes"], condition=models.Q(revokes__isnull=False), name="decision_revoked_once"
            ),
            models.CheckConstraint(condition=~models.Q(answer="reject", reason=""), name="decision_reject_has_reason"),
        ]
        indexes = [models.Index(fields=["tenant_id", "request", "id"], name="decision_of_request")]


class Message(TenantModel):
    """One turn of the conversation about a document [Gespräch]: seen by whoever handed it in and who handles it."""

    subject_type = models.TextField()
    subject_id = models.BigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    is_question = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="message_not_empty")]
        indexes = [models.Index(fields=["tenant_id", "subject_type", "subject_id", "id"], name="message_of_subject")]
