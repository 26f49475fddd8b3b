"""/api/openrounds/v1/rounds: a case from its draft to its archive, through the API alone."""

from datetime import timedelta

import pytest

from openrounds.core.clock import iso, now
from openrounds.posts.models import Post
from openrounds.rounds.models import Round, Step

BASE = "/api/openrounds/v1/rounds"


@pytest.fixture
def host(alice, client_of):
    return client_of(alice)


@pytest.fixture
def learner(bob, client_of):
    return client_of(bob)


@pytest.fixture
def draft(host, team):
    start = now() + timedelta(days=1)
    answer = host.post(
        BASE,
        {
            "kind": "case",
            "host_id": str(team.pk),
            "title": "A man with bruises",
            "hashtag": "HaemRounds",
            "basis": "fictional",
            "specialty": "Hematology",
            "level": "registrar",
            "opens_at": iso(start),
            "closes_at": iso(start + timedelta(days=7)),
        },
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def opened(host, draft):
    """A case with two stages, the first of them out."""
    path = f"/api/openrounds/v1/rounds/{draft['id']}"
    first = {"title": "One", "text": "He *bleeds*.", "commit_first": True}
    first_id = host.post(f"{path}/steps", first).json()["id"]
    host.post(
        f"{path}/steps", {"title": "Two", "text": "Secret film", "results": [{"test": "Hb", "value": "78"}]}
    )
    assert host.post(f"{path}/schedule", {}).status_code == 200
    assert host.post(f"{path}/steps/{first_id}/release").status_code == 200
    return draft["id"]


def test_draft_is_there_for_its_hosts_alone(draft, host, learner, anonymous):
    for client in (learner, anonymous):
        assert client.get(f"/api/openrounds/v1/rounds/{draft['id']}").status_code == 404
        assert client.get(BASE, {"mine": "true"}).json() == []
    assert [row["id"] for row in host.get(BASE, {"mine": "true"}).json()] == [draft["id"]]


def test_outsider_can_change_nothing(opened, learner, bob, client_of):
    step = Step.objects.get(position=2)
    for method, path, data in [
        ("patch", "", {"title": "Mine"}),
        ("delete", "", {}),
        ("post", "/close", {"without_summary": True}),
        ("post", "/withdraw", {"reason": "no"}),
        ("post", "/pause", {}),
        ("post", "/resume", {}),
        ("post", "/slow", {"seconds": 5}),
        ("post", "/open", {}),
        ("post", "/closing", {}),
        ("post", "/reopen", {}),
        ("post", "/unschedule", {}),
        ("post", "/duplicate", {}),
        ("put", "/facilitators", {"account_ids": [str(bob.pk)]}),
        ("put", "/summary", {"text": "x"}),
        ("post", "/references", {"kind": "doi", "value": "10.1/x"}),
        ("post", "/steps", {"text": "x"}),
        ("patch", f"/steps/{step.pk}", {"text": "x"}),
        ("post", f"/steps/{step.pk}/move", {"position": 1}),
        ("post", f"/steps/{step.pk}/release", {}),
        ("delete", f"/steps/{step.pk}", {}),
    ]:
        answer = getattr(learner, method)(f"/api/openrounds/v1/rounds/{opened}{path}", data)
        assert answer.status_code == 404, (method, path, answer.content)
    assert client_of(bob, "read").post(BASE, {"kind": "chat"}).status_code == 403


def test_learner_commits_before_the_next_stage_opens_to_him(opened, host, learner, anonymous):
    [first] = learner.get(f"/api/openrounds/v1/rounds/{opened}/steps").json()
    first_id = first["id"]
    assert first["text"] == "<p>He <em>bleeds</em>.</p>\n"
    assert learner.get(f"/api/openrounds/v1/rounds/{opened}/steps/{first_id}/pool").status_code == 404
    second = Step.objects.get(position=2)
    early = learner.post(
        f"/api/openrounds/v1/rounds/{opened}/steps/{second.pk}/commit", {"guesses": [{"text": "TTP"}]}
    )
    assert early.status_code == 404
    host.post(f"/api/openrounds/v1/rounds/{opened}/steps/{second.pk}/release")
    assert [s["position"] for s in learner.get(f"/api/openrounds/v1/rounds/{opened}/steps").json()] == [1]
    pool = learner.post(
        f"/api/openrounds/v1/rounds/{opened}/steps/{first_id}/commit",
        {"guesses": [{"text": "TTP", "confidence": 70}, {"text": "ITP"}]},
    )
    assert pool.status_code == 200
    assert pool.json()["total"] == 1
    assert pool.json()["answers"] == []  # too few to hide anybody
    assert [guess["text"] for guess in pool.json()["own"]] == ["TTP", "ITP"]
    assert [s["position"] for s in learner.get(f"/api/openrounds/v1/rounds/{opened}/steps").json()] == [1, 2]
    again = learner.post(
        f"/api/openrounds/v1/rounds/{opened}/steps/{first_id}/commit", {"guesses": [{"text": "HUS"}]}
    )
    assert again.status_code == 409
    assert [turn["position"] for turn in learner.get(f"/api/openrounds/v1/rounds/{opened}/turns").json()] == [
        1
    ]
    assert [s["position"] for s in anonymous.get(f"/api/openrounds/v1/rounds/{opened}/steps").json()] == [
        1,
        2,
    ]


def test_whoever_gives_up_sees_the_next_stage_and_cannot_answer_any_more(opened, host, learner):
    first, second = Step.objects.order_by("position")
    host.post(f"/api/openrounds/v1/rounds/{opened}/steps/{second.pk}/release")
    shown = learner.post(f"/api/openrounds/v1/rounds/{opened}/steps/{first.pk}/give_up")
    assert [s["position"] for s in shown.json()] == [1, 2]
    late = learner.post(
        f"/api/openrounds/v1/rounds/{opened}/steps/{first.pk}/commit", {"guesses": [{"text": "TTP"}]}
    )
    assert late.status_code == 422
    assert "too late" in late.json()["error"]


def test_plain_app_takes_part_under_the_hashtag_and_in_the_thread(opened, bob, post_as, anonymous):
    announced = Post.objects.get()
    under = post_as(bob, "ADAMTS13 please #haemrounds")
    in_thread = post_as(bob, "and a film?", in_reply_to_id=announced.pk)
    elsewhere = post_as(bob, "nice weather")
    rows = anonymous.get(f"/api/openrounds/v1/rounds/{opened}/posts").json()
    assert [(row["status"]["id"], row["way"], row["step"]) for row in rows] == [
        (str(in_thread.pk), "thread", 1),
        (str(under.pk), "hashtag", 1),
        (str(announced.pk), "host", 1),
    ]
    assert str(elsewhere.pk) not in str(rows)


def test_facilitator_marks_pins_moves_and_hides_and_all_of_it_can_be_undone(
    opened, host, learner, bob, post_as
):
    said = post_as(bob, "MAHA! #HaemRounds")
    assert (
        learner.post(
            f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/mark", {"mark": "key_point"}
        ).status_code
        == 404
    )
    assert (
        host.post(f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/mark", {"mark": "key_point"}).json()[
            "mark"
        ]
        == "key_point"
    )
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/pin").json()["pinned"] is True
    assert [
        row["status"]["id"] for row in learner.get(f"/api/openrounds/v1/rounds/{opened}/marked").json()
    ] == [str(said.pk)]
    caught = learner.get(f"/api/openrounds/v1/rounds/{opened}/catch_up").json()
    assert [row["status"]["id"] for row in caught["key_points"]] == [str(said.pk)]
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/unpin").json()["pinned"] is False
    assert (
        host.post(f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/mark", {"mark": "wrong"}).status_code
        == 422
    )
    second = Step.objects.get(position=2)
    assert (
        host.post(
            f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/move", {"step_id": str(second.pk)}
        ).status_code
        == 404
    )  # not released
    assert (
        host.post(f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/hide", {"reason": ""}).status_code
        == 422
    )
    assert (
        host.post(
            f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/hide", {"reason": "An advertisement"}
        ).json()["hidden"]
        is True
    )
    assert str(said.pk) not in learner.get(f"/api/openrounds/v1/rounds/{opened}/posts").content.decode()
    assert (
        str(said.pk)
        in host.get(f"/api/openrounds/v1/rounds/{opened}/posts", {"hidden": "true"}).content.decode()
    )
    assert learner.get(f"/api/v1/statuses/{said.pk}").status_code == 200
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/posts/{said.pk}/unhide").json()["hidden"] is False


def test_private_question_is_published_without_its_asker(opened, host, learner, bob, client_of, charlie):
    asked = learner.post(
        f"/api/openrounds/v1/rounds/{opened}/asks", {"text": "Is it safe to give platelets?"}
    )
    assert asked.json()["asker"] is None
    ask_id = asked.json()["id"]
    assert client_of(charlie).get(f"/api/openrounds/v1/rounds/{opened}/asks").json() == []
    assert host.get(f"/api/openrounds/v1/rounds/{opened}/asks").json()[0]["asker"]["id"] == str(bob.pk)
    assert learner.post(f"/api/openrounds/v1/rounds/{opened}/asks/{ask_id}/promote").status_code == 404
    assert (
        host.post(f"/api/openrounds/v1/rounds/{opened}/asks/{ask_id}/answer", {"text": "Rarely."}).status_code
        == 200
    )
    promoted = host.post(f"/api/openrounds/v1/rounds/{opened}/asks/{ask_id}/promote").json()
    again = host.post(f"/api/openrounds/v1/rounds/{opened}/asks/{ask_id}/promote").json()
    assert promoted["post_id"] == again["post_id"]
    text = Post.objects.get(pk=promoted["post_id"]).text
    assert "Is it safe to give platelets?" in text
    assert "bob" not in text
    assert learner.get(f"/api/openrounds/v1/rounds/{opened}/asks").json()[0]["answer"] == "Rarely."


def test_close_needs_what_was_learned_and_opens_everything(opened, host, learner, anonymous):
    refused = host.post(f"/api/openrounds/v1/rounds/{opened}/close", {})
    assert refused.status_code == 422
    assert "summary" in refused.json()["error"]
    sent = {"text": "**TTP** is an emergency.", "lay_text": "Bruises can be *urgent*."}
    written = host.put(f"/api/openrounds/v1/rounds/{opened}/summary", sent).json()
    assert written["source"]["lay_summary"] == sent["lay_text"]
    kept = host.put(f"/api/openrounds/v1/rounds/{opened}/summary", {"text": sent["text"]}).json()
    assert kept["source"]["lay_summary"] == sent["lay_text"]
    seen = anonymous.get(f"/api/openrounds/v1/rounds/{opened}").json()
    assert seen["summary"] is None and seen["lay_summary"] is None
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/close", {}).status_code == 422
    reference = host.post(
        f"/api/openrounds/v1/rounds/{opened}/references", {"kind": "doi", "value": "10.1111/jth.15006"}
    ).json()
    reference_id = reference["id"]
    assert reference["url"] == "https://doi.org/10.1111/jth.15006"
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/close", {}).json()["state"] == "closed"
    seen = anonymous.get(f"/api/openrounds/v1/rounds/{opened}").json()
    assert "<strong>TTP</strong>" in seen["summary"]
    assert "<em>urgent</em>" in seen["lay_summary"]
    assert seen["references"][0]["id"] == reference["id"]
    assert host.delete(f"/api/openrounds/v1/rounds/{opened}/references/{reference_id}").status_code == 422
    late = learner.post(
        f"/api/openrounds/v1/rounds/{opened}/steps/{Step.objects.get(position=1).pk}/commit",
        {"guesses": [{"text": "TTP"}]},
    )
    assert late.status_code == 422


def test_round_closed_without_summary_says_so(opened, host, anonymous):
    assert (
        host.post(f"/api/openrounds/v1/rounds/{opened}/close", {"without_summary": True}).status_code == 200
    )
    assert anonymous.get(f"/api/openrounds/v1/rounds/{opened}").json()["closed_without_summary"] is True


def test_second_editor_is_told_and_overwrites_nothing(draft, host, team, bob, client_of):
    path = f"/api/openrounds/v1/rounds/{draft['id']}"
    first = host.patch(path, {"title": "First", "version": draft["version"]})
    assert first.status_code == 200
    second = host.patch(path, {"title": "Second", "version": draft["version"]})
    assert second.status_code == 409
    assert Round.objects.get().title == "First"


def test_withdrawn_round_is_gone(opened, host, anonymous, learner):
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/withdraw", {"reason": ""}).status_code == 422
    assert (
        host.post(
            f"/api/openrounds/v1/rounds/{opened}/withdraw", {"reason": "Consent was withdrawn"}
        ).status_code
        == 200
    )
    for client in (anonymous, learner):
        assert client.get(f"/api/openrounds/v1/rounds/{opened}").status_code == 410
        assert client.get(f"/api/openrounds/v1/rounds/{opened}/steps").status_code == 410
        assert client.get(f"/api/openrounds/v1/rounds/{opened}/posts").status_code == 410
    assert anonymous.get(BASE).json() == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": ""}, "title"),
        ({"basis": "rumour"}, "basis"),
        ({"time_zone": "Mars/Olympus"}, "time zone"),
        ({"opens_at": "yesterday"}, "opens"),
        ({"opens_at": "2026-11-24T20:00"}, "opens"),
        ({"hashtag": "#123"}, "hashtag"),
        ({"title": "x" * 300}, "title"),
        ({"care": {"shoe_size": "9"}}, "CARE"),
        ({"level": "wizard"}, "level"),
    ],
    ids=["blank", "basis", "zone", "no-date", "no-zone", "hashtag", "long", "care", "level"],
)
def test_bad_values_are_refused_by_name_and_change_nothing(draft, host, data, field):
    answer = host.patch(f"/api/openrounds/v1/rounds/{draft['id']}", data)
    assert answer.status_code in (400, 422), answer.content
    assert field.lower() in answer.json()["error"].lower()
    assert Round.objects.get().version == draft["version"]


def test_series_make_their_next_round_and_keep_their_hour_through_the_change_of_clocks(host, team, anonymous):
    made = host.post(
        "/api/openrounds/v1/series",
        {
            "kind": "chat",
            "host_id": str(team.pk),
            "title": "Ward chat",
            "hashtag": "WardChat",
            "time_zone": "Europe/London",
            "starts_at": "2026-01-06T20:00",
            "rrule": "FREQ=WEEKLY;BYDAY=TU",
        },
    )
    assert made.status_code == 200, made.content
    series = made.json()
    [coming] = anonymous.get(BASE, {"series_id": series["id"]}).json()
    assert coming["state"] == "scheduled"
    one = series["id"]
    assert anonymous.get(f"/api/openrounds/v1/series/{one}").json()["title"] == "Ward chat"
    assert [row["id"] for row in anonymous.get("/api/openrounds/v1/series").json()] == [series["id"]]
    assert host.patch(f"/api/openrounds/v1/series/{one}", {"rrule": "FREQ=SECONDLY"}).status_code == 422
    assert host.patch(f"/api/openrounds/v1/series/{one}", {"title": "Chat", "version": 99}).status_code == 409
    assert host.post(f"/api/openrounds/v1/series/{one}/end").json()["ended"] is True


def test_question_of_its_own_keeps_its_key_until_one_has_answered(host, learner, anonymous, alice):
    options = [
        {"title": "TTP", "right": True, "explanation": "Schistocytes", "reference": "10.1111/jth.15006"},
        {"title": "ITP"},
    ]
    made = host.post(
        "/api/openrounds/v1/questions", {"text": "What is it?", "options": options, "hashtag": "HaemRounds"}
    )
    assert made.status_code == 200, made.content
    question = made.json()
    assert question["licence"] == "CC-BY-4.0"
    question_id, poll_id = question["id"], question["poll_id"]
    hidden = anonymous.get(f"/api/openrounds/v1/questions/{question_id}").json()
    assert [option["right"] for option in hidden["options"]] == [None, None]
    assert "Schistocytes" not in str(anonymous.get(f"/api/v1/statuses/{question['post_id']}").json())
    learner.post(f"/api/v1/polls/{poll_id}/votes", {"choices": [1]})
    seen = learner.get(f"/api/openrounds/v1/questions/{question_id}").json()
    assert [option["right"] for option in seen["options"]] == [True, False]
    assert seen["own_choices"] == [1]
    assert (
        host.post(
            "/api/openrounds/v1/questions", {"text": "?", "options": [{"title": "a"}, {"title": "b"}]}
        ).status_code
        == 422
    )


def test_lists_cost_the_same_however_long(
    opened, make_case, anonymous, bob, post_as, django_assert_max_num_queries
):
    for number in range(12):
        post_as(bob, f"Thought {number} #HaemRounds")
    anonymous.get(f"/api/openrounds/v1/rounds/{opened}/posts")
    with django_assert_max_num_queries(8):
        assert len(anonymous.get(f"/api/openrounds/v1/rounds/{opened}/posts").json()) == 13
    with django_assert_max_num_queries(7):
        anonymous.get(BASE)


def test_calibration_is_one_s_own(learner):
    assert learner.get("/api/openrounds/v1/rounds/calibration").json() == []


def test_remaining_doors(opened, host, learner, bob, draft, post_as, anonymous):
    step = Step.objects.get(position=2)
    assert anonymous.get("/api/openrounds/v1/rounds/lookup", {"slug": draft["slug"]}).json()["id"] == opened
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/pause").json()["paused"] is True
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/resume").json()["paused"] is False
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/slow", {"seconds": 30}).json()["slow_seconds"] == 30
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/slow", {"seconds": -1}).status_code == 422
    assert (
        host.patch(f"/api/openrounds/v1/rounds/{opened}/steps/{step.pk}", {"text": "Another film"}).json()[
            "source"
        ]["text"]
        == "Another film"
    )
    assert (
        host.post(f"/api/openrounds/v1/rounds/{opened}/steps/{step.pk}/move", {"position": 1}).status_code
        == 422
    )
    assert (
        host.put(
            f"/api/openrounds/v1/rounds/{opened}/facilitators", {"account_ids": [str(bob.pk)]}
        ).status_code
        == 200
    )
    assert learner.get(f"/api/openrounds/v1/rounds/{opened}").json()["hosting"] is True
    said = post_as(bob, "Hm #HaemRounds")
    assert (
        learner.post(f"/api/openrounds/v1/rounds/{opened}/read", {"post_id": str(said.pk)}).status_code == 200
    )
    assert learner.get(f"/api/openrounds/v1/rounds/{opened}/catch_up").json()["unread"] == 0
    assert host.delete(f"/api/openrounds/v1/rounds/{opened}/steps/{step.pk}").json() == {}
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/closing").json()["state"] == "closing"
    assert host.post(f"/api/openrounds/v1/rounds/{opened}/reopen").json()["state"] == "open"
    copy = host.post(f"/api/openrounds/v1/rounds/{opened}/duplicate").json()
    assert copy["state"] == "draft"
    copy_id = copy["id"]
    assert host.post(f"/api/openrounds/v1/rounds/{copy_id}/open").json()["state"] == "open"
    other = host.post(f"/api/openrounds/v1/rounds/{opened}/duplicate").json()
    assert host.delete(f"/api/openrounds/v1/rounds/{other['id']}").json() == {}


def test_scheduled_round_can_go_back_among_the_drafts(draft, host, anonymous):
    path = f"/api/openrounds/v1/rounds/{draft['id']}"
    host.post(f"{path}/steps", {"text": "Something"})
    round_id = draft["id"]
    assert host.post(f"/api/openrounds/v1/rounds/{round_id}/schedule", {}).json()["state"] == "scheduled"
    assert anonymous.get(path).status_code == 200
    assert anonymous.get(f"{path}/steps").json() == []
    assert host.post(f"/api/openrounds/v1/rounds/{round_id}/unschedule").json()["state"] == "draft"
    assert anonymous.get(path).status_code == 404
