"""Addresses of the installed app, at the root."""

from __future__ import annotations

from django.urls import path

from kontor.receipts.views import app

urlpatterns = [
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.worker, name="worker"),
    path("offline/", app.offline, name="offline"),
    path("share/", app.share, name="share"),
]
