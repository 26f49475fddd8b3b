"""What adversarial tests may ask for beside the people."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from pytest_django import Settings

from openrounds.core.limits import Counters


@pytest.fixture
def choose(settings: Settings) -> Callable[..., None]:
    """Other options for this test."""

    def choose(**changed: Any) -> None:
        settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, **changed)

    return choose


@pytest.fixture
def no_limits(settings: Settings, choose: Callable[..., None]) -> None:
    """For tests that ask often about something else. Passwords are hashed fast here, for there are many."""
    choose(rate_limits=False)
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def fresh_limits(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """For tests of the limits themselves: nobody has asked for anything yet."""
    settings.COUNTERS = Counters(tmp_path / "limits")
    cache.clear()
    yield
    cache.clear()
