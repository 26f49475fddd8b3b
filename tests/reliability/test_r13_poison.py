"""R13: a job that always raises and one that ends its process are given up, and other jobs keep flowing meanwhile.

`FULL=1` has them begun eight times each, as our own jobs are."""

import os
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from tests.reliability.invariants import broken
from tests.reliability.server import Server, wait_until

pytestmark = pytest.mark.slow
ATTEMPTS = 8 if os.environ.get("FULL") else 3


class Poisoned(Server):
    program: ClassVar[list[str]] = [sys.executable, "-P", str(Path(__file__).with_name("poison.py"))]

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"POISON_ATTEMPTS": str(ATTEMPTS)}

    def poison(self, handler: str) -> None:
        self.database.rows(
            "INSERT INTO jobs_job (handler, payload, queue, run_at, attempts, last_error) "
            "SELECT %s, '{}', 'default', created_at, 0, '' FROM accounts_account LIMIT 1",
            (f"__main__.{handler}",),
        )

    def given_up(self) -> dict[str, tuple[int, str]]:
        """By handler: how often it was begun, and the last line of what it died of."""
        sql = "SELECT handler, attempts, last_error FROM jobs_job WHERE parked_at IS NOT NULL"
        return {name: (begun, why.strip().splitlines()[-1]) for name, begun, why in self.database.rows(sql)}


def test_r13_poisonous_jobs_are_given_up_and_posts_arrive_meanwhile(tmp_path):
    told, posts = "SELECT COUNT(*) FROM timelines_notification WHERE type = 'mention'", 0
    with Poisoned(tmp_path, people=3) as server:
        server.follow_everyone("team")
        server.poison("raises")
        server.poison("ends_its_process")
        while len(server.given_up()) < 2:
            assert posts < 3 * ATTEMPTS
            server.hurry("__main__.%")
            server.post_until_taken("team", f"Post {posts} #chaos @person0001", f"k{posts}")
            posts += 1
            wait_until(lambda: server.database.one(told) == posts)  # noqa: B023 - called at once
        assert server.given_up() == {
            "__main__.raises": (ATTEMPTS, "ValueError: poison"),
            "__main__.ends_its_process": (ATTEMPTS + 1, "openrounds.jobs.worker.Fatal"),
        }
        assert server.log.read_text().count("job worker ended; starting it again") == ATTEMPTS
        server.drain()
        assert broken(server.database, drained=True).keys() == {"a job was given up"}
