"""axe-core finds nothing on any page: light and dark, on a phone and on a wide screen, and nothing sticks out."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.template.loader import render_to_string
from playwright.sync_api import expect
from tests.e2e import places
from tests.e2e.browsing import House, Window
from tests.e2e.looking import look, look_at_all, name_of

from openrounds.ops.demo.script import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
PERSON = "poppy"


def test_every_named_page_is_on_a_list() -> None:
    lists = (
        places.STRANGER,
        places.MEMBER,
        places.ADMIN,
        places.ABOUT_ROWS,
        places.ON_THE_WAY,
        places.PLAYED,
        places.TOLD_ELSEWHERE,
    )
    listed = [
        name for each in (*lists, places.POSTED_TO, places.NOT_LOOKED_AT, places.NO_PAGE) for name in each
    ]
    assert sorted(listed) == sorted(set(places.names()))


def test_what_is_listed_as_no_page_is_none(house: House) -> None:
    window = house.window("asha")
    found = {}
    own = places.of_member(house)
    for path in (
        "/news?of=home",
        "/complete?q=a",
        "/robots.txt",
        "/manifest.webmanifest",
        "/sw.js",
        "/source.zip",
        "/compose/file",
    ):
        answer = window.context.request.get(house.base + path)
        if "<html" in answer.text():
            found[path] = answer.status
    for path in (
        own["reply"].replace("reply", "act"),
        "/appearance",
        "/settings/log_out_everywhere",
    ):
        answer = window.context.request.get(house.base + path)
        if answer.status != 405:
            found[path] = answer.status
    window.close()
    assert found == {}


def test_pages_for_everybody(house: House) -> None:
    window = house.window()
    assert look_at_all(window, places.STRANGER) == {}
    window.close()


def test_pages_of_a_member(house: House) -> None:
    window = house.window("asha")
    window.go("/auth/reauthenticate")
    window.page.fill("[name=password]", PASSWORD)
    window.page.locator("main button[type=submit]").first.click()
    assert look_at_all(window, places.MEMBER | places.of_member(house)) == {}
    window.close()


def test_pages_of_those_who_keep_the_house(house: House) -> None:
    someone_waits(house, "waits4report")
    reporter = house.window("asha")
    reporter.go(places.of_member(house)["report"])
    reporter.page.locator("main input[type=radio]").first.check()
    reporter.page.fill("main textarea", "Please look at this.")
    reporter.page.locator("main form button[type=submit]").first.click()
    assert look(reporter) == []
    reporter.close()
    window = house.window("hana")
    assert look_at_all(window, places.ADMIN | places.of_moderator(house)) == {}
    window.close()


def someone_waits(house: House, name: str) -> Window:
    """Signs somebody up who has not been let in yet; the window after the form was sent."""
    house.window("amara").close()
    window = house.window()
    window.go("/auth/sign_up")
    for field, text in (("username", name), ("email", f"{name}@ward.example"), ("password", PASSWORD)):
        window.page.fill(f"[name={field}]", text)
    window.page.fill("[name=reason]", "To learn.")
    window.page.check("[name=agreement]")
    window.page.locator("main button[type=submit]").click()
    return window


def test_pages_on_the_way_in(house: House) -> None:
    window = someone_waits(house, "waits4mail")
    found = {"signed up": look(window)}
    window.sign_in("waits4mail", PASSWORD)
    found["waiting for the mail"] = look(window)
    window.go(house.link_mailed_to("waits4mail@ward.example", "/auth/confirm-email/"))
    found[str(name_of(window.page))] = look(window)
    window.page.locator("main button[type=submit]").first.click()
    window.go("/auth/waiting")
    found["waiting"] = look(window)
    other = house.window()
    other.go("/auth/password/new")
    other.page.fill("[name=email]", "waits4mail@ward.example")
    other.page.locator("main button[type=submit]").first.click()
    other.go(house.link_mailed_to("waits4mail@ward.example", "/auth/password/reset/"))
    found[str(name_of(other.page))] = look(other)
    window.close()
    other.close()
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert {"waiting", "account_confirm_email", "account_reset_password_from_key"} <= set(found)


def test_pages_of_the_second_step(house: House) -> None:
    """With a passkey that Chromium keeps in a device of its own."""
    window = house.window()
    page, found = window.page, {}
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    tools = window.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    key = tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": device | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )["authenticatorId"]

    def here() -> None:
        found[str(name_of(page))] = look(window)

    window.sign_in(f"{PERSON}@demo.example")
    page.wait_for_url("**/home")
    window.go("/auth/2fa/totp/activate/")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    here()
    secret = str(page.locator("#authenticator_secret").input_value())
    page.fill("[name=code]", code_of(secret))
    page.locator("main button[type=submit]").first.click()
    here()
    window.go("/auth/2fa/webauthn/add/")
    here()
    page.fill("[name=name]", "Ward phone")
    expect(page.locator("[name=passwordless]")).to_be_checked()
    for verified in (False, True):
        tools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": verified})
        page.click("#mfa_webauthn_add")
        if not verified:
            expect(page.locator(".toast")).to_contain_text("the key did not confirm it")
    page.wait_for_url(lambda url: "/add" not in url)
    for path in (
        "/auth/2fa/",
        "/auth/2fa/webauthn/",
        "/auth/2fa/totp/deactivate/",
        "/auth/2fa/recovery-codes/",
    ):
        window.go(path)
        here()
    for path in ("recovery-codes/generate/", "reauthenticate/", "webauthn/reauthenticate/"):
        window.go(f"/auth/2fa/{path}")
        here()
    window.go("/auth/2fa/webauthn/")
    for link in [str(a.get_attribute("href")) for a in page.locator("main a[href*='/keys/']").all()]:
        window.go(link)
        here()
    window.go("/auth/sign_out")
    page.locator("main button[type=submit]").first.click()
    window.sign_in(f"{PERSON}@demo.example")
    page.wait_for_url("**/2fa/authenticate/**")
    here()
    window.context.clear_cookies()
    window.go("/auth/sign_in")
    page.click("#passkey_login")
    page.wait_for_url("**/home")
    window.close()
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert {name for name in places.ON_THE_WAY if name.startswith("mfa_")} <= set(found)


def code_of(secret: str) -> str:
    """A phone whose clock is a step ahead: the code stays good when a step ends on the way."""
    return str(format_hotp_value(hotp_value(secret, max(yield_hotp_counters_from_time()))))


def test_pages_for_what_went_wrong(house: House) -> None:
    stranger, member = house.window(), house.window("asha")
    found = {}
    for window, path, status in (
        (stranger, "/nothing-here", 404),
        (stranger, "/moderation", 404),
        (member, "/@nobodyatall", 404),
        (member, "/moderation", 404),
        (member, "/settings/export/nothing.csv", 404),
        (member, "/posts/1/act", 405),
        (member, "/admin/login/", 403),
    ):
        assert window.go(path) == status
        found[path] = look(window)
    broken = render_to_string("500.html")
    stranger.page.route("**/broken", lambda route: route.fulfill(body=broken, content_type="text/html"))
    stranger.go("/broken")
    found["500"] = look(stranger)
    for window in (stranger, member):
        # Chromium writes every such answer on its console.
        window.wrong = [each for each in window.wrong if not re.search(r"status of 40[345]", each)]
        window.close()
    assert {path: problems for path, problems in found.items() if problems} == {}
