"""Addresses outside a tenant."""

from django.urls import path

from kontor.organisations.views import home, preferences

urlpatterns = [
    path("", home.home, name="home"),
    path("preferences/", preferences.preferences, name="preferences"),
]
