"""Filters as clients of version 1 know them: one per keyword."""

import pytest

from openrounds.timelines.models import Filter


@pytest.fixture
def api(client_of, alice):
    return client_of(alice)


@pytest.fixture
def made(api) -> dict:
    return api.post("/api/v1/filters", {"phrase": "stage 3", "context": ["home"]}).json()


def test_old_client_makes_a_filter_that_a_new_one_sees(api, made) -> None:
    assert made == {
        "id": made["id"],
        "phrase": "stage 3",
        "context": ["home"],
        "whole_word": True,
        "expires_at": None,
        "irreversible": False,
    }
    (new,) = api.get("/api/v2/filters").json()
    assert (new["title"], new["keywords"][0]["id"]) == ("stage 3", made["id"])


def test_each_keyword_is_a_filter(api, made) -> None:
    filter_id = api.get("/api/v2/filters").json()[0]["id"]
    api.post(f"/api/v2/filters/{filter_id}/keywords", {"keyword": "reveal"})
    assert [each["phrase"] for each in api.get("/api/v1/filters").json()] == ["stage 3", "reveal"]


def test_filter_is_changed(api, made) -> None:
    path = f"/api/v1/filters/{made['id']}"
    sent = {
        "phrase": "stage 4",
        "context": ["public"],
        "irreversible": "true",
        "whole_word": "0",
        "expires_in": 60,
    }
    changed = api.put(path, sent).json()
    assert changed["expires_at"]
    expected = {"phrase": "stage 4", "context": ["public"], "irreversible": True, "whole_word": False}
    assert changed == made | expected | {"expires_at": changed["expires_at"]}
    assert api.get(path).json() == changed


def test_filter_of_several_keywords_keeps_its_place(api, made) -> None:
    filter_id = api.get("/api/v2/filters").json()[0]["id"]
    api.post(f"/api/v2/filters/{filter_id}/keywords", {"keyword": "reveal"})
    path = f"/api/v1/filters/{made['id']}"
    assert api.put(path, {"phrase": "stage 4", "context": ["public"]}).status_code == 422
    assert api.get(path).json() == made
    assert api.put(path, {"phrase": "stage 4", "context": ["home"]}).json() == made | {"phrase": "stage 4"}


@pytest.mark.parametrize(
    "wrong", [{"phrase": ""}, {"phrase": "x" * 513}, {"context": []}, {"context": ["x"]}]
)
def test_wrong_filter_is_refused(api, wrong) -> None:
    assert api.post("/api/v1/filters", {"phrase": "x", "context": ["home"]} | wrong).status_code == 422
    assert not Filter.objects.exists()


def test_last_keyword_takes_its_filter_with_it(api, made) -> None:
    filter_id = api.get("/api/v2/filters").json()[0]["id"]
    second = api.post(f"/api/v2/filters/{filter_id}/keywords", {"keyword": "reveal"}).json()["id"]
    assert api.delete(f"/api/v1/filters/{made['id']}").json() == {}
    assert api.get(f"/api/v2/filters/{filter_id}").status_code == 200
    api.delete(f"/api/v1/filters/{second}")
    assert api.get(f"/api/v2/filters/{filter_id}").status_code == 404
