"""Addresses of workspace."""

from django.urls import path

from azimuth.workspace import preferences

app_name = "workspace"
urlpatterns = [
    path("preferences/theme/", preferences.theme, name="theme"),
    path("preferences/language/", preferences.language, name="language"),
]
