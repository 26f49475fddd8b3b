"""Django's settings, made from the options (see `core.options`, where each is documented)."""

import secrets
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from openrounds.core.ids import IdClock
from openrounds.core.kept import kept_secret
from openrounds.core.limits import Counters
from openrounds.core.options import Options, load
from openrounds.push import vapid

OPENROUNDS: Options = load()
DATA = OPENROUNDS.data.resolve()
RUN = DATA / "run"
ID_CLOCK = IdClock(RUN / "ids", OPENROUNDS.node)
COUNTERS = Counters(RUN / "limits")


def _sqlite() -> dict[str, object]:
    return {
        "ENGINE": "openrounds.core.sqlite",
        "NAME": DATA / "openrounds.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # BEGIN IMMEDIATE: with the default mode a transaction that reads first and then writes fails under load.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "cached_statements": 400,  # more than there are in frequent use; each is planned once per connection
            # The log is carried back by a thread of the job worker (`ops.checkpoints`) long before a commit has to.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=16000; "
            # No mmap_size: with each change by another process SQLite unmaps the file and takes page faults anew.
            "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;",
        },
    }


def _postgres(url: str) -> dict[str, object]:
    """What stands behind a question mark is the database's own: `?sslmode=require`; but for `prepared_statements`."""
    wrong = ValueError(
        "DATABASE_URL must look like postgres://user:password@host:5432/name, with %40 for an @ in the password and so on; "
        "without it the database is SQLite in the data directory."
    )
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        raise wrong from None  # its own message would show a piece of the password
    name = unquote(parts.path.lstrip("/"))
    if not name or parts.scheme not in {"postgres", "postgresql"}:
        raise wrong
    return {
        "ENGINE": "openrounds.core.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": _of_connection(dict(parse_qsl(parts.query))),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def _of_connection(given: dict[str, str]) -> dict[str, object]:
    keeps = {"on": 5, "off": None}  # what is asked more often than that is planned once
    prepared = given.pop("prepared_statements", "on")
    if prepared not in keeps:
        raise ValueError("DATABASE_URL: prepared_statements is on or off.")
    # The kernel notices that the other side is gone while nobody asks it anything (see `core.postgresql`).
    alive = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    return {**alive, "prepare_threshold": keeps[prepared], **given}


SECRET_KEY = OPENROUNDS.secret_key or kept_secret(RUN / "secret-key", partial(secrets.token_urlsafe, 50))
VAPID_KEY = OPENROUNDS.vapid_key or kept_secret(RUN / "vapid-key", vapid.new_private_key)
DEBUG = OPENROUNDS.debug
ALLOWED_HOSTS = [OPENROUNDS.domain] if OPENROUNDS.domain else ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {"default": _postgres(OPENROUNDS.database_url) if OPENROUNDS.database_url else _sqlite()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "openrounds.config.urls"
WSGI_APPLICATION = "openrounds.config.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "openrounds.jobs",
    "openrounds.media",
    "openrounds.accounts",
    "openrounds.oauth",
    "openrounds.hashtags",
    "openrounds.posts",
    "openrounds.timelines",
    "openrounds.push",
    "openrounds.rounds",
    "openrounds.moderation",
    "openrounds.search",
    "openrounds.portability",
    "openrounds.web",
    "openrounds.ops",
    "openrounds.config",
]
# The API answers in the first middleware and never reaches the others, which are for pages.
MIDDLEWARE = [
    "openrounds.api.gateway.ApiGateway",
    "openrounds.web.compression.Compression",
    "openrounds.web.middleware.PageHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "openrounds.web.language.ReaderZone",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parents[1] / "web" / "templates"],  # before allauth's and the admin's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "openrounds.web.context.server",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email")},
    },
]
AUTHENTICATION_BACKENDS = ["openrounds.accounts.adapter.Backend"]

# ------------------------------------------------------------------------------------------------------------ signing in
LOGIN_URL = "/auth/sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "openrounds.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
# Whether somebody may act is asked of `User.confirmed_at` at every request, for pages and tokens alike, not only here.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{OPENROUNDS.title}] "
ACCOUNT_EMAIL_MAX_LENGTH = 320
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if OPENROUNDS.domain and OPENROUNDS.https else "http"
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = OPENROUNDS.rate_limits and {
    "login_failed": "10/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/1800s/key",
    "confirm_email": "5/1800s/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "openrounds.web.forms.second_step.AddKeyForm"}
MFA_TOTP_ISSUER = OPENROUNDS.title
# RFC 6238, 5.2: one step either way, for slow fingers and clocks that are a little off.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = (
    not OPENROUNDS.domain
)  # browsers allow passkeys on http://localhost, and only there
# Counts failed sign-ins and remembers used codes, so all processes must share it; nothing hot is kept here.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": RUN / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# ---------------------------------------------------------------------------------------------------------------- cookies
SECURE = bool(OPENROUNDS.domain and OPENROUNDS.https)
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_ENGINE = "openrounds.accounts.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [OPENROUNDS.base_url] if OPENROUNDS.domain else []
CSRF_FAILURE_VIEW = "openrounds.web.views.errors.csrf_failed"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---------------------------------------------------------------------------------------------------------------- headers
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # apps open our sign-in in a window of their own and wait for it
if SECURE and OPENROUNDS.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# ------------------------------------------------------------------------------------------------------------------ mails
DEFAULT_FROM_EMAIL = SERVER_EMAIL = OPENROUNDS.email_from
_mail = urlsplit(OPENROUNDS.email_url)
if OPENROUNDS.email_url:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_PORT = _mail.port or (465 if EMAIL_USE_SSL else 25)
    EMAIL_USE_TLS = EMAIL_PORT == 587 and not EMAIL_USE_SSL  # the submission port speaks STARTTLS (RFC 6409)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mails"

# ------------------------------------------------------------------------------------------------------------------ files
STATIC_URL = "/static/"
STATIC_ROOT = RUN / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "openrounds.web.static_files.HashedFiles"},
}
# Under their plain names straight out of the packages: nothing to collect, so nothing to forget after an upgrade.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA / "media"
MEDIA_URL = "/media/"
# Uploads are spooled where they will stay, not in a /tmp that may be small and in memory.
FILE_UPLOAD_TEMP_DIR = MEDIA_ROOT / ".incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
if OPENROUNDS.media_host:
    ALLOWED_HOSTS.append(urlsplit(OPENROUNDS.media_host).hostname or "")

# authlib writes tokens and allauth addresses into its debugging log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"authlib": {"level": "INFO"}, "allauth": {"level": "INFO"}},
}
