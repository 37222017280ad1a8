"""Addresses of the shell that need no tenant; a tenant page named `palette` calls `views.palette`."""

from __future__ import annotations

from django.urls import path

from kontor.ui import views

app_name = "ui"
urlpatterns = [
    path("appearance/", views.theme, name="theme"),
    path("keys/", views.keys, name="keys"),
]
