"""Django's settings: one file, the environment for the rest (see environment.py)."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from azimuth import environment
from azimuth.operations import logs
from azimuth.operations.postgres import connection_settings

HERE = Path(__file__).resolve().parent
DATA = environment.data_directory()
PRODUCTION = environment.is_production()
DEBUG = environment.flag("AZIMUTH_DEBUG")
DEMO = environment.flag("AZIMUTH_DEMO")


def _local_secret() -> str:
    file = DATA / "secret.key"
    if not file.exists():
        DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = DATA / f"secret.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):  # several processes may start at once: the first one's is kept
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text().strip()


if _refusals := environment.refusals():
    raise ImproperlyConfigured(" ".join(_refusals))

SECRET_KEY = environment.text("AZIMUTH_SECRET_KEY") or _local_secret()
SECRET_KEY_FALLBACKS = environment.words("AZIMUTH_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.words("AZIMUTH_ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
PUBLIC_URL = environment.public_url()

INSTALLED_APPS = [
    "azimuth.workspace",
    "azimuth.reviews",
    "azimuth.competencies",
    "azimuth.notifications",
    "azimuth.ballots",
    "azimuth.people",
    "azimuth.questionnaires",
    "azimuth.access",
    "azimuth.audit",
    "azimuth.jobs",
    "azimuth.kit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "azimuth.kit.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "azimuth.people.middleware.session_limits",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "azimuth.people.middleware.person",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "azimuth.workspace.security.middleware.second_factor",
    "azimuth.workspace.limits.middleware.pages_of_people",
    "azimuth.access.middleware.refusals",
]

ROOT_URLCONF = "azimuth.urls"
WSGI_APPLICATION = "azimuth.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "azimuth.workspace.navigation.frame",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials", "azimuth.kit.templatetags.kit", "django.templatetags.i18n",
            ],
        },
    }
]

# ---- database: DATABASE_URL, else the embedded server whose socket lies in the data directory


_where = environment.database() or connection_settings(DATA)

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **_where,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "azimuth", **_where.get("OPTIONS", {})},
    }
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # tasks import numpy and scipy: only the worker looks for them
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits count over all web processes; the table is made by a migration of people.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache",
                      "OPTIONS": {"MAX_ENTRIES": 20_000}}}  # with the usual 300, a flood of tries would push limits out that others have reached

VAULT_URL = environment.vault_url()

# ---- accounts

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "azimuth.workspace.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "azimuth.workspace.accounts.forms.LoginForm",
    "request_login_code": "azimuth.workspace.accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "azimuth.workspace.accounts.forms.ConfirmLoginCodeForm",
    "confirm_password_reset_code": "azimuth.workspace.accounts.forms.ConfirmPasswordResetCodeForm",
    "reset_password": "azimuth.workspace.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "azimuth.workspace.accounts.forms.ResetPasswordKeyForm",
    "change_password": "azimuth.workspace.accounts.forms.ChangePasswordForm",
    "set_password": "azimuth.workspace.accounts.forms.SetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers' addresses get no mail from us
ACCOUNT_EMAIL_NOTIFICATIONS = True  # one is told when one's password changed
# outside: links that let nobody in
ACCOUNT_RATE_LIMITS = {
    "welcome": "10/m/ip,30/h/ip", "passkey": "30/m/ip", "second_step": "50/d/key", "proof_mail": "5/10m/user", "outside": "20/m/ip,100/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.flag("AZIMUTH_TRUSTED_PROXY"))  # else all people behind it share one limit
ACCOUNT_SESSION_REMEMBER = False

REQUIRE_SECOND_FACTOR = environment.text("AZIMUTH_REQUIRE_SECOND_FACTOR")
MFA_ADAPTER = "azimuth.workspace.security.adapter.FactorAdapter"
MFA_FORMS = {"authenticate": "azimuth.workspace.security.forms.CodeForm", "authenticate_webauthn": "azimuth.workspace.security.forms.PasskeyForm"}
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey alone is two factors: the thing, and a finger or a PIN
MFA_TOTP_ISSUER = "Azimuth"
MFA_TOTP_TOLERANCE = 1  # codes of half a minute ago, and of a clock that is fast
DEVICES_COOKIE_NAME = "devices"

PAGES_OF_PEOPLE_A_DAY = environment.number("AZIMUTH_PAGES_OF_PEOPLE_A_DAY")

SESSION_IDLE_MINUTES = environment.number("AZIMUTH_SESSION_IDLE_MINUTES")
SESSION_HOURS = environment.number("AZIMUTH_SESSION_HOURS")
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "azimuth.kit.errors.csrf_failure"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    DEVICES_COOKIE_NAME = "__Host-devices"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
    if environment.flag("AZIMUTH_TRUSTED_PROXY"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ---- headers: nothing inline, nothing from elsewhere

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# ---- languages, time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("ar", _("Arabic"))]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("AZIMUTH_TIME_ZONE")

# ---- static files, uploads, logs, mail

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "azimuth.kit.storage.HashedFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_HANDLERS = [
    "azimuth.kit.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
MAIL_FROM = environment.text("AZIMUTH_MAIL_FROM")
SMTP_URL = environment.text("AZIMUTH_SMTP_URL")
QUIET_HOURS = environment.quiet_hours()
QUIET_DAYS = environment.quiet_days()
DEFAULT_FROM_EMAIL = MAIL_FROM
EMAIL_BACKEND = "azimuth.notifications.outbox.Outbox"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = logs.settings(environment.text("AZIMUTH_LOG_LEVEL"), as_json=PRODUCTION)
