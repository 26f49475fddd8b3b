"""What is written out of accounts in plain SQL is what the rows say."""

import pytest
from msgspec.structs import fields

from openrounds.accounts import profiles
from openrounds.accounts.models import Account
from openrounds.core.clock import now

EMPTY = {"fields": [], "suspended_at": None}
FULL = {
    "fields": [{"name": "Web", "value": "https://example.org/ä", "verified_at": None}],
    "suspended_at": now(),
    "locked": True,
    "is_team": True,
    "discoverable": False,
    "display_name": "Dr Ä",
    "avatar": "a.png",
    "uri": "https://example.org/users/alice",
    "domain": "example.org",
}


@pytest.mark.parametrize("changes", [EMPTY, FULL], ids=["empty", "full"])
def test_profile_says_what_the_row_says(alice, changes, django_assert_num_queries):
    Account.objects.filter(pk=alice.pk).update(**changes)
    row = Account.objects.get(pk=alice.pk)
    with django_assert_num_queries(1):
        profile = profiles.read([alice.pk])[alice.pk]
    assert bool(profile.suspended) is (row.suspended_at is not None)
    for named in {field.name for field in fields(profile)} - {"suspended"}:
        assert (named, getattr(profile, named)) == (named, getattr(row, named))
    assert profile.acct == row.acct
