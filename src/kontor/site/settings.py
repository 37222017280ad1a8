"""Settings of one Kontor; defaults that run. The environment is read here only."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.csp import CSP

from kontor.site.data_folder import data_folder
from kontor.site.exposure import exposure
from kontor.site.file_store import file_store
from kontor.site.logs import logging_settings
from kontor.site.mailer import mailers
from kontor.site.signing_key import retired_public_keys, signing_secret

PACKAGE = Path(__file__).resolve().parent.parent
DATA = data_folder()
_role = os.environ.get("KONTOR_DB_ROLE", "app")
_url = os.environ.get({"app": "DATABASE_URL", "owner": "KONTOR_OWNER_URL", "ops": "KONTOR_OPS_URL"}[_role], "")


def _prepare_threshold() -> int | None:
    """Return how often a page's statement runs before it is prepared; never behind a pooler that mixes connections."""
    return None if os.environ.get("KONTOR_PREPARE") == "0" else 2


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    pool = {"min_size": 1, "max_size": 20, "timeout": 20} if os.environ.get("KONTOR_POOL") else None
    return {
        "ENGINE": "kontor.core.postgres",
        "NAME": parts.path.lstrip("/") or "kontor",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.pop("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**options, "prepare_threshold": _prepare_threshold(), **({"pool": pool} if pool else {})},
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


OPS_URL = os.environ.get("KONTOR_OPS_URL", "")
IS_DEMO = os.environ.get("KONTOR_DEMO") == "1"
DEBUG = os.environ.get("KONTOR_DEBUG") == "1"
SECRET_KEY = os.environ.get("KONTOR_SECRET_KEY") or (DATA.secrets.django_secret_key if _url else "only-for-checks")
AUDIT_SIGNING_SECRET = signing_secret(DATA) if _url else "only-for-checks"
AUDIT_PUBLIC_KEYS = retired_public_keys(DATA)

EXPOSURE = exposure()
IS_HTTPS = EXPOSURE.is_https
PUBLIC_URL = EXPOSURE.url
ALLOWED_HOSTS = list(EXPOSURE.hosts)
CSRF_TRUSTED_ORIGINS = EXPOSURE.trusted_origins
ALLAUTH_TRUSTED_PROXY_COUNT = EXPOSURE.proxies
# Believed only where KONTOR_PROXIES says that a proxy sets it: anybody else could send the header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "kontor.core.apps.CoreConfig",
    "kontor.ui.apps.UiConfig",
    "kontor.organisations.apps.OrganisationsConfig",
    "kontor.contacts.apps.ContactsConfig",
    "kontor.documents.apps.DocumentsConfig",
    "kontor.projects.apps.ProjectsConfig",
    "kontor.ledger.apps.LedgerConfig",
    "kontor.banking.apps.BankingConfig",
    "kontor.approvals.apps.ApprovalsConfig",
    "kontor.openitems.apps.OpenItemsConfig",
    "kontor.payments.apps.PaymentsConfig",
    "kontor.receipts.apps.ReceiptsConfig",
    "kontor.matching.apps.MatchingConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "kontor.site.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kontor.organisations.signed_in.SignedInMiddleware",
    "kontor.organisations.language.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kontor.organisations.signed_in.DeviceSeenMiddleware",
    "kontor.ui.form_addresses.FormAddressMiddleware",
]
ROOT_URLCONF = "kontor.site.urls"
WSGI_APPLICATION = "kontor.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "ui" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "kontor.ui.quick_templates.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kontor.ui.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "kontor.ui.renderer.KontorRenderer"

DATABASES = {"default": _database(_url)}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}
SESSION_ENGINE = "kontor.organisations.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-kontor_session" if IS_HTTPS else "kontor_session"
CSRF_COOKIE_NAME = "__Host-kontor_csrf" if IS_HTTPS else "kontor_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
CSRF_FAILURE_VIEW = "kontor.ui.views.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "kontor.organisations.adapter.KontorAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {"signup": "kontor.organisations.registration.RegistrationForm"}
# Who may create an account, and who an organisation: anyone | admin (the operator, by ./kontor) | code (activation code).
REGISTRATION = os.environ.get("KONTOR_REGISTRATION", "anyone")
NEW_ORGANISATIONS = os.environ.get("KONTOR_NEW_ORGANISATIONS", "anyone" if IS_DEMO else "code")
# Mail servers of the own network from which receipts may be fetched; others must have public addresses.
INTAKE_HOSTS = frozenset(os.environ.get("KONTOR_INTAKE_HOSTS", "").replace(",", " ").split())
# The operator's own terms of use: terms.de.txt, terms.en.txt or terms.txt in the data folder.
TERMS_FOLDER = DATA.root
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_TOTP_ISSUER = "Kontor"
MFA_ADAPTER = "kontor.organisations.second_factor.KontorMfaAdapter"
# A code that was just replaced still holds (RFC 6238 §5.2: one step for the time that typing takes).
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {"add_webauthn": "kontor.organisations.second_factor.PasskeyForm"}
USERSESSIONS_TRACK_ACTIVITY = True

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
LOCALE_PATHS = [PACKAGE / "core" / "locale"]
FORMAT_MODULE_PATH = ["kontor.ui.formats"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = DATA.root / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if (_store := file_store(os.environ)) is not None:
    STORAGES["files"] = _store
FILES_ROOT = DATA.files
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

MAILERS = mailers(os.environ, folder=DATA.mails)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("KONTOR_MAIL_FROM", "Kontor <kontor@localhost>")
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS = ["kontor.core.jobs", "kontor.core.mail", "kontor.site.schedule"]
LOGGING = logging_settings(style=os.environ.get("KONTOR_LOG", "json"))
