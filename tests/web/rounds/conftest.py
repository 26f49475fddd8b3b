"""Browsers of people who are there already."""

from collections.abc import Callable

import pytest
from django.test import Client

from openrounds.accounts.models import Account


@pytest.fixture
def browser_for() -> Callable[[Account], Client]:
    """`browser_for(bob)`: signed in as Bob."""

    def make(account: Account) -> Client:
        client = Client()
        client.force_login(account.user)
        return client

    return make
