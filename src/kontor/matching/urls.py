"""Addresses of this context below a tenant."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
