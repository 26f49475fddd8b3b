"""POST /api/v1/statuses/:id/translate: nothing here translates, and the answer says so."""

from openrounds.accounts.models import Visibility


def test_public_post_cannot_be_translated_here(alice, bob, client_of, anonymous, post_as):
    path = f"/api/v1/statuses/{post_as(alice).pk}/translate"
    answer = client_of(bob).post(path, {"lang": "de"})
    assert answer.status_code == 404 and answer.json() == {"error": "This server does not translate posts"}
    assert anonymous.post(path).status_code == 401
    assert client_of(bob, "write").post(path).status_code == 403
    assert anonymous.get("/api/v2/instance").json()["configuration"]["translation"] == {"enabled": False}


def test_private_post_is_never_translated(alice, charlie, client_of, post_as):
    path = f"/api/v1/statuses/{post_as(alice, visibility=Visibility.FOLLOWERS).pk}/translate"
    assert client_of(alice).post(path).status_code == 403
    answer = client_of(charlie).post(path)
    assert answer.status_code == 404 and "translate" not in answer.json()["error"]
