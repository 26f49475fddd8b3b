"""Posts that wait for their hour: /api/v1/scheduled_statuses"""

from datetime import timedelta

import pytest

from openrounds.core.clock import iso, now
from openrounds.jobs.models import Job
from openrounds.posts.models import ScheduledPost


@pytest.fixture
def waiting(alice, client_of):
    sent = {
        "status": "later",
        "scheduled_at": iso(now() + timedelta(hours=1)),
        "poll": {"options": ["a", "b"], "expires_in": 600},
    }
    return client_of(alice).post("/api/v1/statuses", sent).json()


def test_author_reads_what_waits(alice, client_of, waiting):
    client = client_of(alice)
    assert client.get("/api/v1/scheduled_statuses").json() == [waiting]
    assert client.get(f"/api/v1/scheduled_statuses/{waiting['id']}").json() == waiting
    assert waiting["params"]["poll"]["options"] == ["a", "b"]


def test_author_changes_the_hour(alice, client_of, waiting):
    at = iso(now() + timedelta(hours=3))
    client = client_of(alice)
    assert (
        client.put(f"/api/v1/scheduled_statuses/{waiting['id']}", {"scheduled_at": at}).json()["scheduled_at"]
        == at
    )
    too_soon = client.put(f"/api/v1/scheduled_statuses/{waiting['id']}", {"scheduled_at": iso(now())})
    assert too_soon.status_code == 422
    assert client.put(f"/api/v1/scheduled_statuses/{waiting['id']}", {}).status_code == 422
    assert Job.objects.filter(unique_key=f"scheduled:{waiting['id']}").count() == 1


def test_author_takes_it_back(alice, client_of, waiting):
    client = client_of(alice)
    assert client.delete(f"/api/v1/scheduled_statuses/{waiting['id']}").json() == {}
    assert client.delete(f"/api/v1/scheduled_statuses/{waiting['id']}").status_code == 404
    assert not ScheduledPost.objects.exists()
    assert not Job.objects.filter(unique_key__startswith="scheduled:").exists()


def test_charlie_reaches_nothing_of_it(charlie, client_of, waiting):
    client = client_of(charlie)
    assert client.get("/api/v1/scheduled_statuses").json() == []
    assert client.get(f"/api/v1/scheduled_statuses/{waiting['id']}").status_code == 404
    assert client.put(
        f"/api/v1/scheduled_statuses/{waiting['id']}", {"scheduled_at": iso(now())}
    ).status_code in (404, 422)
    assert client.delete(f"/api/v1/scheduled_statuses/{waiting['id']}").status_code == 404
