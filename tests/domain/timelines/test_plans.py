"""What a public list must not read on a server with very many accounts."""

from collections.abc import Callable

import pytest
from django.db import connection
from tests.factories.plans import plans_of

from openrounds.accounts.models import Account, DomainBlock, Visibility
from openrounds.core.paging import Paging
from openrounds.posts import lines
from openrounds.posts.models import Post
from openrounds.timelines import queries

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]


@pytest.mark.parametrize(
    "source",
    [
        queries.public,
        lambda viewer: queries.public(viewer, local=True),
        lambda viewer: queries.hashtag(viewer, queries.TagChoice("sepsis")),
    ],
    ids=["public", "local", "hashtag"],
)
def test_public_list_does_not_go_through_all_accounts(
    alice: Account, source: Callable[[int], lines.Source]
) -> None:
    Account.objects.bulk_create(Account(username=f"person{n}") for n in range(3_000))
    Post.objects.bulk_create(
        Post(account=alice, text="Hello", visibility=Visibility.PUBLIC) for _ in range(300)
    )
    DomainBlock.objects.create(account=alice, domain="evil.example")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = plans_of(lambda: lines.read(source(alice.pk), Paging(limit=20)), forcing=False)
    assert [line for line in plan if "Seq Scan on accounts_account" in line] == []
