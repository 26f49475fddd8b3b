"""The demo as somebody sees it who has just cloned the repository."""

import time
from collections import Counter
from pathlib import Path

import pytest
from tests.ops.running import run, serving

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only, pytest.mark.xdist_group("serve")]


def test_visitor_finds_a_month_of_learning_and_finds_it_again(tmp_path: Path) -> None:
    began = time.monotonic()
    with serving(tmp_path, "demo") as first:
        making = time.monotonic() - began
        said = first.log.read_text()
        assert f"http://localhost:{first.port}" in said
        assert "asha@demo.example" in said
        instance = first.get("/api/v1/instance")[1]
        assert instance["stats"]["user_count"] >= 60
        assert instance["stats"]["status_count"] >= 200
        case = first.get("/api/v1/timelines/tag/TeamHaemDemo?only_media=true&limit=40")[1][-1]
        assert case["media_attachments"][0]["description"]
        assert len(first.get(f"/api/v1/statuses/{case['id']}/context")[1]["descendants"]) >= 30
        rounds = first.get("/api/openrounds/v1/rounds")[1]
        states = Counter((found["kind"], found["state"]) for found in rounds)
        assert states[("case", "closed")] == states[("chat", "closed")] == 2
        assert states[("case", "open")] == states[("case", "scheduled")] == states[("chat", "scheduled")] == 1
        over = [found for found in rounds if found["state"] == "closed"]
        assert all(found["posts_count"] >= 30 and found["participants_count"] >= 15 for found in over)
        token = run(first.data, "token", "create", "asha").stdout.strip()
        for path in ("timelines/home", "notifications", "lists", "bookmarks", "conversations"):
            status, found = first.get(f"/api/v1/{path}", token)
            assert (status, bool(found)) == (200, True), path
        assert first.stop() == 0
    started = time.monotonic()
    with serving(tmp_path, "demo") as second:
        assert time.monotonic() - started < making / 2
        assert second.get("/api/v1/instance")[1]["stats"] == instance["stats"]
        assert second.stop() == 0
