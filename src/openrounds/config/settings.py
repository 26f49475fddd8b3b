"""Django's settings, made from the options (see `core.options`, where each is documented)."""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from openrounds.core.ids import IdClock
from openrounds.core.limits import Counters
from openrounds.core.options import Options, load

OPENROUNDS: Options = load()
DATA = OPENROUNDS.data.resolve()
RUN = DATA / "run"
ID_CLOCK = IdClock(RUN / "ids", OPENROUNDS.node)
COUNTERS = Counters(RUN / "limits")


def _kept_secret(path: Path) -> str:
    """The secret in that file, made once: written aside and linked into place, so that two processes agree on one."""
    if not path.exists():
        draft = path.with_name(f".{path.name}-{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")


def _sqlite() -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "openrounds.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # BEGIN IMMEDIATE: with the default mode a transaction that reads first and then writes fails under load.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; "
            "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        },
    }


def _postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = OPENROUNDS.secret_key or _kept_secret(RUN / "secret-key")
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

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "openrounds.jobs",
    "openrounds.media",
    "openrounds.accounts",
    "openrounds.oauth",
    "openrounds.hashtags",
    "openrounds.posts",
    "openrounds.timelines",
    "openrounds.moderation",
    "openrounds.search",
    "openrounds.web",
    "openrounds.ops",
    "openrounds.config",
]
# The API answers in the first middleware and never reaches the others, which are for pages.
MIDDLEWARE = [
    "openrounds.api.gateway.ApiGateway",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
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
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "media"
MEDIA_URL = "/media/"
