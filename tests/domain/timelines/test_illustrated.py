"""A public list of posts with pictures does not go through those without."""

import pytest
from tests.factories.plans import plans_of

from openrounds.accounts.models import Account
from openrounds.core.paging import Paging
from openrounds.posts import lines
from openrounds.timelines import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("local", [True, False], ids=["local", "everywhere"])
def test_posts_with_pictures_have_an_index_of_their_own(alice: Account, local: bool) -> None:
    source = queries.public(alice.pk, local=local, only_media=True)
    plan = plans_of(lambda: lines.read(source, Paging(limit=20)))
    assert any("post_illustrated" in line for line in plan)
    assert not any("TEMP B-TREE FOR ORDER" in line or "Sort" in line for line in plan)
