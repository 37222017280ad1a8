"""A page as plain as Django makes it, for comparison: fifty rows by one statement, five middlewares, one template."""

from __future__ import annotations

import os
import secrets
from typing import ClassVar

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import re_path
from psycopg.conninfo import conninfo_to_dict

ROWS = 50
_PAGE = """<!doctype html><html lang="en"><head><title>Rows</title></head><body><table>
{% for row in rows %}<tr><td>{{ row.day|date:"Y-m-d" }}</td><td><a href="/row/{{ row.id }}">{{ row.name }}</a></td>
<td>{{ row.document }}</td><td>{{ row.amount }}</td></tr>{% endfor %}</table></body></html>"""


def _database() -> dict[str, object]:
    address = conninfo_to_dict(os.environ["DATABASE_URL"])
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": address["dbname"], "USER": address.get("user", ""),
        "PASSWORD": address.get("password", ""), "HOST": address.get("host", ""), "PORT": address.get("port", ""),
        "CONN_MAX_AGE": None,
    }  # fmt: skip


settings.configure(
    SECRET_KEY=secrets.token_urlsafe(),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    DATABASES={"default": _database()},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"rows.html": _PAGE})]},
        }
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)
django.setup()


class Row(models.Model):
    """A row of the table that the bench made."""

    day = models.DateField()
    name = models.TextField()
    document = models.TextField()
    amount = models.BigIntegerField()

    objects: ClassVar[models.Manager[Row]] = models.Manager()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_plain"

    def __str__(self) -> str:
        return self.document


def rows(request: HttpRequest) -> HttpResponse:
    """Show the latest rows."""
    return render(request, "rows.html", {"rows": Row.objects.order_by("-id")[:ROWS]})


urlpatterns = [re_path("", rows)]
application = get_wsgi_application()
