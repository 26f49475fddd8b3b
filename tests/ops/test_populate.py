"""`openrounds dev populate`: the tables are as the actions would have left them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.ops.running import run

pytestmark = pytest.mark.slow
_FEEDS_AGAIN = """
from openrounds.posts.models import Post
from openrounds.timelines import feeds
from openrounds.timelines.models import HomeEntry
kept = set(HomeEntry.objects.values_list("account_id", "post_id"))
HomeEntry.objects.all().delete()
for author, post in Post.objects.order_by("id").values_list("account_id", "id"):
    feeds.add(author, post)
    feeds.deliver(post)
made = set(HomeEntry.objects.values_list("account_id", "post_id"))
print("FEEDS", len(kept), len(kept ^ made))
"""


def test_populated_server_is_as_its_people_would_have_left_it(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "dev", "populate", "--accounts", "60", "--posts", "400", "--search")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "data" / "openrounds.sqlite3")) as database:

        def one(sql: str) -> int:
            return int(database.execute(sql).fetchone()[0])

        assert (one("SELECT COUNT(*) FROM accounts_user"), one("SELECT COUNT(*) FROM posts_post")) == (
            60,
            400,
        )
        assert one("SELECT COUNT(*) FROM search_document") == 400
        assert one("SELECT MAX(followers_count) FROM accounts_account") == 59
        for table, column, sql in (
            ("accounts_account", "followers_count", "accounts_follow f WHERE f.followee_id = t.id"),
            ("accounts_account", "following_count", "accounts_follow f WHERE f.follower_id = t.id"),
            ("accounts_account", "posts_count", "posts_post p WHERE p.account_id = t.id"),
            ("posts_post", "replies_count", "posts_post p WHERE p.in_reply_to_id = t.id"),
            ("posts_post", "favourites_count", "posts_favourite f WHERE f.post_id = t.id"),
        ):
            wrong = f"SELECT COUNT(*) FROM {table} t WHERE {column} <> (SELECT COUNT(*) FROM {sql})"
            assert one(wrong) == 0, column
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    again = run(tmp_path / "data", "manage", "shell", "-c", _FEEDS_AGAIN)
    _, entries, different = next(line for line in again.stdout.splitlines() if "FEEDS" in line).split()
    assert int(entries) > 400
    assert different == "0"
    assert len(json.loads((tmp_path / "data" / "tokens.json").read_text())) == 60


def test_server_with_people_is_not_populated(tmp_path: Path) -> None:
    run(tmp_path, "account", "create", "ann", "--email", "ann@example.org", "--password", "a long passphrase")
    done = run(tmp_path, "dev", "populate", "--accounts", "60", "--posts", "400")
    assert done.returncode == 1
    assert "There are accounts here already" in done.stderr
