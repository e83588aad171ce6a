"""Addresses of kit."""

from django.urls import path

from azimuth.kit import gallery

app_name = "kit"
urlpatterns = [path("gallery/", gallery.gallery, name="gallery")]
