"""For all tests of the API: answers are held against what their routes declare, and limits count each test by itself."""

import secrets
from typing import Any

import pytest
from django.test import Client
from tests.contract import assert_matches

from openrounds.api.gateway import PREFIXES
from openrounds.core.limits import Budget, Counters, Limit


@pytest.fixture(autouse=True)
def _answers_match_their_declarations(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Client.request

    def ask_and_check(client: Client, **request: Any) -> Any:
        response = ask(client, **request)
        method, path = request["REQUEST_METHOD"], request["PATH_INFO"]
        if path.startswith(PREFIXES) and method not in ("OPTIONS", "HEAD"):
            assert_matches((method, path), response)
        return response

    monkeypatch.setattr(Client, "request", ask_and_check)


class CountersOfOneTest:
    """The next test's people and tokens have the same ids, so they must be told apart by something else."""

    def __init__(self, shared: Counters) -> None:
        self._shared, self._test = shared, secrets.token_hex(8)

    def count(self, limit: Limit, key: str, *, times: int = 1) -> Budget:
        return self._shared.count(limit, f"{self._test} {key}", times=times)


@pytest.fixture(autouse=True)
def _limits_start_anew(settings) -> None:
    settings.COUNTERS = CountersOfOneTest(settings.COUNTERS)
