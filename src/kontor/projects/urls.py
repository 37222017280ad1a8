"""Addresses of projects below a tenant."""

from django.urls import path

from kontor.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.projects, name="list"),
    path("new", views.new, name="new"),
    path("<int:project_id>/", views.project, name="project"),
    path("<int:project_id>/switch", views.switch, name="switch"),
]
