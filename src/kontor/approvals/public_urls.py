"""The address outside a tenant: answering one question by a signed link."""

from django.urls import path

from kontor.approvals.views import replies

urlpatterns = [path("<str:token>/", replies.reply, name="approvals_reply")]
