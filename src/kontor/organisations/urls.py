"""Addresses outside a tenant."""

from django.urls import path

from kontor.organisations import views

urlpatterns = [
    path("", views.home, name="home"),
    path("preferences/", views.preferences, name="preferences"),
]
