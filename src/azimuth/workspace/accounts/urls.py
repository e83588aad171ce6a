"""Addresses of the doors. Only what is needed of allauth is routed: no sign-up, no addresses of one's own choosing."""

from allauth.account import views as theirs
from allauth.mfa.base import views as factors
from django.urls import path

from azimuth.access.guards import open_to_all
from azimuth.people.guards import signed_in
from azimuth.workspace.accounts import views
from azimuth.workspace.security.guards import proven

urlpatterns = [
    path("welcome/", views.welcome, name="welcome"),
    path("accounts/login/", views.login, name="account_login"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/inactive/", open_to_all(theirs.account_inactive), name="account_inactive"),
    path("accounts/login/code/", open_to_all(theirs.request_login_code), name="account_request_login_code"),
    path("accounts/login/code/confirm/", open_to_all(theirs.confirm_login_code), name="account_confirm_login_code"),
    path("accounts/login/second-step/", open_to_all(factors.authenticate), name="mfa_authenticate"),
    path("accounts/password/reset/", open_to_all(theirs.password_reset), name="account_reset_password"),
    path("accounts/password/reset/confirm/", open_to_all(theirs.confirm_password_reset_code), name="account_confirm_password_reset_code"),
    path("accounts/password/reset/complete/", open_to_all(theirs.complete_password_reset), name="account_complete_password_reset"),
    path("accounts/password/reset/done/", open_to_all(theirs.password_reset_from_key_done), name="account_password_reset_completed"),
    path("accounts/password/change/", signed_in(theirs.password_change), name="account_change_password"),
    path("accounts/password/set/", signed_in(proven(theirs.password_set)), name="account_set_password"),
    path("accounts/stay/", views.stay, name="stay"),
    path("accounts/demo/", views.demo, name="demo"),
    path("accounts/demo/<uuid:person>/", views.demo_enter, name="demo-enter"),
]
