"""Addresses of workspace."""

from django.urls import path

from azimuth.workspace import (
    health,
    help_views,
    home_views,
    job_views,
    log_views,
    preferences,
    search_views,
    seeing_views,
)
from azimuth.workspace.accounts import views as accounts

app_name = "workspace"
urlpatterns = [
    path("", home_views.home, name="home"),
    path("search/", search_views.search, name="search"),
    path("settings/", home_views.settings, name="settings"),
    path("help/", help_views.handbook, name="help"),
    path("help/<slug:chapter>/", help_views.chapter, name="help-chapter"),
    path("people/invite/", accounts.invite, name="invite"),
    path("people/<uuid:person>/invite/", accounts.invite_one, name="invite-one"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("preferences/theme/", preferences.theme, name="theme"),
    path("preferences/language/", preferences.language, name="language"),
    path("audit/", log_views.log, name="log"),
    path("audit/download/", log_views.download, name="log_download"),
    path("audit/chain/", log_views.chain, name="log_chain"),
    path("access/who/<slug:kind>/<uuid:key>/", seeing_views.who_sees, name="who-sees"),
    path("access/why/", seeing_views.why, name="why"),
    path("jobs/", job_views.jobs, name="jobs"),
    path("jobs/<uuid:job>/", job_views.job, name="job"),
    path("jobs/<uuid:job>/start-again/", job_views.start_again, name="job_start_again"),
]
