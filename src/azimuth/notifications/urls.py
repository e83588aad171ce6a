"""Addresses of notifications."""

from django.urls import path

from azimuth.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<uuid:notice>/done/", views.done, name="done"),
    path("reminders/", views.reminders, name="reminders"),
    path("reminders/<uuid:person>/<slug:proof>/", views.reminders_by_link, name="reminders-by-link"),
    path("mails/", views.mails, name="mails"),
    path("mails/retry/", views.retry, name="retry"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<uuid:mail>/", views.mail, name="mail"),
]
