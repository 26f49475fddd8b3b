"""Who may judge whom."""

import pytest

from openrounds.accounts.models import Rank
from openrounds.moderation import rules

MEMBER, MODERATOR, ADMIN = 0, 10, 20


def test_highest_rank_is_that_of_admins() -> None:
    assert max(Rank.values) == rules._HIGHEST


@pytest.mark.parametrize(
    ("own", "other", "may"),
    [
        (MODERATOR, MEMBER, True),
        (MODERATOR, MODERATOR, False),
        (MODERATOR, ADMIN, False),
        (ADMIN, MODERATOR, True),
        (ADMIN, ADMIN, True),
        (MEMBER, MEMBER, False),
    ],
)
def test_rank_decides_and_nobody_judges_himself(own: int, other: int, may: bool) -> None:
    assert rules.may_judge(own, 1, other, 2) is may
    assert not rules.may_judge(own, 1, own, 1)
