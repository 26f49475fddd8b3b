"""Here many sign in from one address, and their passwords are hashed fast."""

from collections.abc import Iterator

import msgspec
import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _no_limits(settings: Settings) -> Iterator[None]:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=False)
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    yield
    cache.clear()
