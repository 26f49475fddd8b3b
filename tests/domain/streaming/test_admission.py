"""Who may listen, asked of the database."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import make_token

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.oauth.models import AccessToken
from openrounds.streaming.requests import admit

pytestmark = pytest.mark.django_db


class AtOnce:
    """A feed whose database is in this thread."""

    async def ask(self, query: Callable[..., Any], *given: Any) -> Any:
        return query(*given)


def test_who_only_listens_uses_his_token_too(alice: Account) -> None:
    listening = admit(AtOnce(), make_token(alice, "read"))  # type: ignore[arg-type]  # all that is asked of a feed
    with pytest.raises(StopIteration) as ended:
        listening.send(None)
    assert ended.value.value.account_id == alice.pk
    assert AccessToken.objects.get().last_used_on == now().date()
