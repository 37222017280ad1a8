"""Addresses of the archive below a tenant."""

from django.urls import path

from kontor.documents import views

app_name = "documents"
urlpatterns = [
    path("<int:file_id>/", views.download, name="file"),
    path("<int:file_id>/pages/<int:picture_id>/", views.picture, name="picture"),
]
