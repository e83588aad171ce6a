"""Addresses of security."""

from django.urls import path

from azimuth.workspace.security.views import entering, factors, page

app_name = "security"
urlpatterns = [
    path("accounts/login/passkey/", entering.use_passkey, name="use-passkey"),
    path("accounts/security/", page.page, name="page"),
    path("accounts/security/prove/", entering.prove, name="prove"),
    path("accounts/security/app/add/", factors.add_app, name="add-app"),
    path("accounts/security/app/remove/", factors.remove_app, name="remove-app"),
    path("accounts/security/passkeys/add/", factors.add_passkey, name="add-passkey"),
    path("accounts/security/passkeys/<int:passkey>/rename/", factors.rename_passkey, name="rename-passkey"),
    path("accounts/security/passkeys/<int:passkey>/remove/", factors.remove_passkey, name="remove-passkey"),
    path("accounts/security/recovery-codes/", factors.recovery_codes, name="recovery-codes"),
    path("accounts/security/sessions/end/", page.end_sessions, name="end-sessions"),
    path("accounts/security/sessions/<int:session>/end/", page.end_session, name="end-session"),
    path("people/<uuid:person>/reset-factors/", page.reset_factors, name="reset-factors"),
]
