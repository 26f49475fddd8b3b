"""Teams: who may speak for them."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member, submit

from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> Account:
    return make_member()


@pytest.fixture
def team(dana: Account) -> Account:
    assert submit(browser_of(), "/teams", username="teamhaem", display_name="Team Haem").status_code == 302
    return Account.objects.get(username="teamhaem")


def rights(team: Account) -> dict[str, str]:
    return dict(TeamMembership.objects.filter(team=team).values_list("member__username", "right"))


def test_maker_of_a_team_owns_it_and_is_warned_to_be_alone(team: Account) -> None:
    assert rights(team) == {"dana": TeamRight.OWNER}
    page = browser_of().get("/teams/teamhaem").content.decode()
    assert "one owner only" in page
    assert "Team Haem" in browser_of().get("/teams").content.decode()


def test_owner_takes_in_a_second_owner_and_the_warning_is_gone(team: Account) -> None:
    make_member("ben")
    assert submit(browser_of(), "/teams/teamhaem", member="@ben", right="owner").status_code == 302
    assert rights(team)["ben"] == TeamRight.OWNER
    assert "one owner only" not in browser_of().get("/teams/teamhaem").content.decode()


def test_name_that_nobody_has_is_told_beside_the_field(team: Account) -> None:
    response = submit(browser_of(), "/teams/teamhaem", member="nobody", right="owner")
    assert response.status_code == 422
    assert 'id="id_member_error"' in response.content.decode()
    assert 'value="nobody"' in response.content.decode()


def test_last_owner_cannot_leave_and_is_told_why(team: Account, dana: Account) -> None:
    browser = browser_of()
    token = str(browser.get("/teams").context["csrf_token"])
    sent = {"account": str(dana.pk), "csrfmiddlewaretoken": token}
    response = browser.post("/teams/teamhaem/leave", sent)
    assert response.status_code == 422
    assert "needs an owner" in response.content.decode()


def test_poster_reads_and_leaves_but_chooses_nobody(team: Account) -> None:
    ben = make_member("ben")
    submit(browser_of(), "/teams/teamhaem", member="ben", right="poster")
    browser = browser_of("ben")
    page = browser.get("/teams/teamhaem")
    token = str(page.context["csrf_token"])
    assert "Take somebody in" not in page.content.decode()
    joined = {"member": "ben", "right": "owner", "csrfmiddlewaretoken": token}
    assert browser.post("/teams/teamhaem", joined).status_code == 403
    assert browser.get("/teams/teamhaem/profile").status_code == 403
    assert rights(team)["ben"] == TeamRight.POSTER
    left = {"account": str(ben.pk), "csrfmiddlewaretoken": token}
    assert browser.post("/teams/teamhaem/leave", left).status_code == 302
    assert "ben" not in rights(team)


def test_stranger_finds_no_inside(team: Account, dana: Account) -> None:
    make_member("charlie")
    browser = browser_of("charlie")
    token = str(browser.get("/teams").context["csrf_token"])
    for path in ("/teams/teamhaem", "/teams/teamhaem/profile", "/teams/teamhaem/leave"):
        sent = {"csrfmiddlewaretoken": token, "member": "charlie", "right": "owner", "account": str(dana.pk)}
        assert browser.post(path, sent).status_code == 404
        assert browser_of().post(path, sent).status_code == 403  # another browser's token
    assert browser.get("/teams/teamhaem").status_code == 404
    assert Client().get("/teams/teamhaem")["Location"].startswith("/auth/sign_in")
    assert rights(team) == {"dana": TeamRight.OWNER}


def test_owner_edits_the_teams_profile(team: Account) -> None:
    assert (
        submit(browser_of(), "/teams/teamhaem/profile", display_name="Haem", note="Cases").status_code == 302
    )
    team.refresh_from_db()
    assert (team.display_name, team.note) == ("Haem", "Cases")


def test_name_that_is_taken_is_told_beside_the_field(team: Account) -> None:
    response = submit(browser_of(), "/teams", username="TeamHaem")
    assert response.status_code == 422
    assert 'id="id_username_error"' in response.content.decode()


def test_what_a_team_wrote_is_seen_to_by_whoever_may_post_as_it(
    team: Account, post_as: Callable[..., Post]
) -> None:
    post = post_as(team, "Case 9 tomorrow")
    make_member("ben")
    make_member("cal")
    submit(browser_of(), "/teams/teamhaem", member="ben", right="poster")
    ben, cal = browser_of("ben"), browser_of("cal")
    thread, edit = f"/@teamhaem/{post.pk}", f"/posts/{post.pk}/edit"
    assert edit in ben.get(thread).content.decode()
    assert edit not in cal.get(thread).content.decode()
    assert submit(ben, edit, text="Case 9 on Thursday")["Location"] == thread
    assert submit(cal, edit, text="Mine now").status_code == 404
    post.refresh_from_db()
    assert post.text == "Case 9 on Thursday"
    assert cal.get(f"/posts/{post.pk}/delete").status_code == 400
    assert submit(ben, f"/posts/{post.pk}/delete")["Location"] == "/@teamhaem"
    post.refresh_from_db()
    assert post.deleted_at is not None
