"""Addresses of notifications."""

from django.urls import path

from azimuth.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<uuid:notice>/done/", views.done, name="done"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<uuid:mail>/", views.mail, name="mail"),
]
