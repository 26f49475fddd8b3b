"""The documents that clients read before anything else."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from msgspec.structs import replace
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from tests.conftest import ApiClient

from openrounds.accounts.models import Account
from openrounds.api.mastodon import instance
from openrounds.api.render.instance import THUMBNAIL
from openrounds.core.options import options
from openrounds.moderation.models import Rule

SOURCE = Path(instance.__file__).parents[2]


@pytest.fixture(autouse=True)
def _fresh_numbers() -> Iterator[None]:
    instance.forget_everything()
    yield
    instance.forget_everything()


@pytest.fixture
def choose(settings):
    """Other options for this test."""

    def choose(**changed: object) -> None:
        settings.OPENROUNDS = msgspec.structs.replace(options(), **changed)

    return choose


@pytest.fixture
def texts() -> Iterator[Path]:
    folder = settings.DATA / "texts"
    folder.mkdir()
    yield folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_client_reads_the_instance(anonymous: ApiClient) -> None:
    found = anonymous.get("/api/v2/instance").json()
    assert found["domain"] == "testserver"
    assert found["version"].startswith("4.3.0+openrounds-")
    assert found["api_versions"] == {"mastodon": 2}
    assert found["configuration"]["urls"]["streaming"] == "ws://testserver"
    assert anonymous.get(found["configuration"]["urls"]["about"]).status_code == 200
    assert found["configuration"]["statuses"] == {
        "max_characters": 1000,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
    }
    assert found["registrations"]["enabled"] is True
    assert found["registrations"]["approval_required"] is True
    assert found["contact"] == {"email": "", "account": None}
    assert found["rules"] == []


@pytest.mark.parametrize(
    "path", ["/api/v1/streaming", "/api/v1/streaming/?stream=user", "/api/v1/streaming/public/local"]
)
def test_who_asks_for_streams_at_the_pages_port_is_told_where_they_are(
    anonymous: ApiClient, settings, path: str
) -> None:
    settings.OPENROUNDS = replace(settings.OPENROUNDS, streaming_port=4000)
    place = anonymous.get("/api/v2/instance").json()["configuration"]["urls"]["streaming"]
    answer = anonymous.get(path)
    assert answer.status_code == 421
    assert f"{place}/api/v1/streaming" in answer.json()["error"]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_operator_whose_proxy_leads_streams_to_the_pages_is_told_so(anonymous: ApiClient, settings) -> None:
    settings.OPENROUNDS = replace(settings.OPENROUNDS, domain="testserver", streaming_port=4000)
    answer = anonymous.get("/api/v1/streaming/health")
    assert answer.status_code == 421
    assert "proxy" in answer.json()["error"]


def test_command_line_client_reads_every_key_of_version_1(anonymous: ApiClient) -> None:
    found = anonymous.get("/api/v1/instance").json()
    assert found["uri"] == "testserver"
    assert found["urls"] == {"streaming_api": "ws://testserver"}
    assert isinstance(found["thumbnail"], str)
    assert set(found["configuration"]) == {"accounts", "statuses", "media_attachments", "polls"}


def test_thumbnail_exists_in_the_size_that_previews_want(anonymous: ApiClient) -> None:
    url = anonymous.get("/api/v2/instance").json()["thumbnail"]["url"]
    assert url == f"http://testserver{THUMBNAIL}"
    with Image.open(SOURCE / "web" / THUMBNAIL.lstrip("/")) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))


@pytest.mark.parametrize(
    ("kind", "enabled", "approval", "invites"),
    [
        ("approval", True, True, True),
        ("open", True, False, True),
        ("invite", False, False, True),
        ("closed", False, False, False),
    ],
)
def test_client_learns_who_may_sign_up(anonymous, choose, kind, enabled, approval, invites) -> None:
    choose(registrations=kind)
    new, old = (anonymous.get(f"/api/v{n}/instance").json() for n in (2, 1))
    assert (new["registrations"]["enabled"], new["registrations"]["approval_required"]) == (enabled, approval)
    assert (old["registrations"], old["approval_required"], old["invites_enabled"]) == (
        enabled,
        approval,
        invites,
    )


def test_contact_is_the_operators_account(anonymous: ApiClient, alice: Account, choose) -> None:
    choose(contact_account="Alice", contact_email="house@example.org")
    contact = anonymous.get("/api/v2/instance").json()["contact"]
    assert contact["email"] == "house@example.org"
    assert contact["account"]["id"] == str(alice.pk)
    assert anonymous.get("/api/v1/instance").json()["contact_account"]["id"] == str(alice.pk)


def test_rules_come_in_their_order(anonymous: ApiClient, db: None) -> None:
    second = Rule.objects.create(text="Cite what you claim", position=2)
    first = Rule.objects.create(text="No patients", hint="Not even disguised", position=1)
    found = anonymous.get("/api/v1/instance/rules").json()
    assert found == [
        {"id": str(first.pk), "text": "No patients", "hint": "Not even disguised", "translations": {}},
        {"id": str(second.pk), "text": "Cite what you claim", "hint": "", "translations": {}},
    ]
    assert anonymous.get("/api/v2/instance").json()["rules"] == found


def test_posts_and_people_are_counted(anonymous: ApiClient, alice, bob, post_as) -> None:
    post_as(alice)
    Account.objects.create(username="far", domain="far.test", posts_count=50)
    stats = anonymous.get("/api/v1/instance").json()["stats"]
    assert stats == {"user_count": 2, "status_count": 1, "domain_count": 1}
    assert anonymous.get("/api/v2/instance").json()["usage"] == {"users": {"active_month": 1}}
    assert anonymous.get("/api/v1/instance/peers").json() == ["far.test"]


def test_instance_is_cheap_once_counted(
    anonymous: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    anonymous.get("/api/v1/instance")
    with django_assert_num_queries(2):  # the rules, and when a moderator was last seen
        anonymous.get("/api/v1/instance")


def test_this_week_is_counted(anonymous: ApiClient, alice, post_as) -> None:
    post_as(alice)
    post_as(alice)
    weeks = anonymous.get("/api/v1/instance/activity").json()
    assert len(weeks) == 12
    assert (weeks[0]["statuses"], weeks[0]["logins"], weeks[0]["registrations"]) == ("2", "1", "1")
    assert int(weeks[0]["week"]) - int(weeks[1]["week"]) == 7 * 24 * 3600
    assert weeks[1]["statuses"] == "0"


def test_description_is_html(anonymous: ApiClient, choose) -> None:
    choose(description="Cases & <chats>")
    found = anonymous.get("/api/v1/instance/extended_description").json()
    assert found == {"updated_at": None, "content": "<p>Cases &amp; &lt;chats&gt;</p>"}


def test_operators_text_replaces_what_is_shipped(anonymous: ApiClient, texts: Path) -> None:
    shipped = anonymous.get("/api/v1/instance/privacy_policy").json()
    assert "patient" in shipped["content"]
    (texts / "privacy.txt").write_text("We keep nothing.")
    (texts / "about.txt").write_text("About us")
    assert anonymous.get("/api/v1/instance/privacy_policy").json()["content"] == "<p>We keep nothing.</p>"
    assert anonymous.get("/api/v1/instance/extended_description").json()["content"] == "<p>About us</p>"


def test_terms_are_absent_until_written(anonymous: ApiClient, texts: Path) -> None:
    assert anonymous.get("/api/v1/instance/terms_of_service").status_code == 404
    (texts / "terms.txt").write_text("Be kind.")
    found = anonymous.get("/api/v1/instance/terms_of_service").json()
    assert found["content"] == "<p>Be kind.</p>"
    assert anonymous.get(f"/api/v1/instance/terms_of_service/{found['effective_date']}").json() == found
    assert anonymous.get("/api/v1/instance/terms_of_service/1999-01-01").status_code == 404


def test_languages_have_codes_and_names(anonymous: ApiClient) -> None:
    found = anonymous.get("/api/v1/instance/languages").json()
    assert {"code": "de", "name": "German"} in found
    assert anonymous.get("/api/v1/instance/translation_languages").json() == {}


def test_what_is_not_here_answers_so(anonymous: ApiClient) -> None:
    assert anonymous.get("/api/v1/instance/domain_blocks").status_code == 404
    assert anonymous.get("/api/v1/custom_emojis").json() == []


def test_load_balancer_asks_for_health(anonymous: ApiClient) -> None:
    answer = anonymous.get("/health")
    assert (answer.status_code, answer.content) == (200, b"OK")
    assert answer["Content-Type"].startswith("text/plain")


def test_crawler_follows_nodeinfo(anonymous: ApiClient, alice: Account) -> None:
    (link,) = anonymous.get("/.well-known/nodeinfo").json()["links"]
    assert link["rel"].endswith("/schema/2.0")
    assert link["href"] == "http://testserver/nodeinfo/2.0"
    found = anonymous.get("/nodeinfo/2.0")
    assert found["Access-Control-Allow-Origin"] == "*"
    assert found.json()["software"]["name"] == "openrounds"
    assert found.json()["usage"]["users"]["total"] == 1


def test_host_meta_names_no_webfinger_before_there_is_one(anonymous: ApiClient) -> None:
    answer = anonymous.get("/.well-known/host-meta")
    assert answer["Content-Type"].startswith("application/xrd+xml")
    assert b"webfinger" not in answer.content
    assert b"<Subject>http://testserver</Subject>" in answer.content
