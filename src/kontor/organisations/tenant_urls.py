"""Addresses of the tenant itself."""

from django.urls import path

from kontor.organisations import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("palette", views.palette, name="palette"),
    path("record/", views.record, name="record"),
]
