"""Every page there is, by its name in the URL conf: who opens it, and where."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from tests.e2e.browsing import House

NEWEST = (
    "SELECT p.id FROM posts_post p JOIN accounts_account a ON a.id = p.account_id WHERE a.username = ? "
    "AND p.deleted_at IS NULL AND p.boost_of_id IS NULL AND p.visibility = 0 ORDER BY p.id DESC LIMIT 1"
)
POLL = (
    "SELECT p.id FROM posts_post p JOIN posts_poll q ON q.post_id = p.id WHERE p.deleted_at IS NULL "
    "AND p.visibility = 0 ORDER BY p.id LIMIT 1"
)
ACCOUNT = "SELECT id FROM accounts_account WHERE username = ?"

STRANGER = {
    "start": "/",
    "about": "/about",
    "explore": "/explore",
    "rounds": "/rounds",
    "host_rounds": "/@TeamHaemDemo/rounds",
    "search": "/search?q=iron",
    "hashtag": "/tags/TeamHaemDemo",
    "profile": "/@amara",
    "guide": "/guide",
    "glossary": "/glossary",
    "privacy_policy": "/privacy-policy",
    "offline": "/offline",
    "language": "/language",
    "account_signup": "/auth/sign_up",
    "account_login": "/auth/sign_in",
    "account_reset_password": "/auth/password/new",
    "account_reset_password_done": "/auth/password/sent",
    "account_reset_password_from_key_done": "/auth/password/done",
    "account_inactive": "/auth/inactive",
    "account_email_verification_sent": "/auth/confirm-email",
}
MEMBER = {
    "home": "/home",
    "local": "/local",
    "notifications": "/notifications",
    "conversations": "/conversations",
    "bookmarks": "/bookmarks",
    "favourites": "/favourites",
    "lists": "/lists",
    "own_rounds": "/rounds/mine",
    "round_new": "/rounds/new",
    "question_new": "/rounds/questions/new",
    "series_new": "/rounds/series/new",
    "questions": "/rounds/questions",
    "questions_import": "/rounds/questions/import",
    "compose": "/compose",
    "followers": "/@amara/followers",
    "following": "/@amara/following",
    "settings": "/settings",
    "native": "/oauth/authorize/native?code=abc",
    "settings_profile": "/settings/profile",
    "settings_privacy": "/settings/privacy",
    "settings_notifications": "/settings/notifications",
    "settings_pings": "/settings/pings",
    "settings_keyboard": "/settings/keyboard",
    "filters": "/settings/filters",
    "new_filter": "/settings/filters/new",
    "blocks": "/settings/blocks",
    "mutes": "/settings/mutes",
    "domain_blocks": "/settings/domain_blocks",
    "export": "/settings/export",
    "teams": "/teams",
    "applications": "/settings/applications",
    "welcome_you": "/welcome/you",
    "welcome_people": "/welcome/people",
    "welcome_practice": "/welcome/practice",
    "welcome_judge": "/welcome/judge",
    "leave": "/settings/leave",
    "account_email": "/auth/email",
    "account_change_password": "/auth/password/change",
    "account_logout": "/auth/sign_out",
    "account_reauthenticate": "/auth/reauthenticate",
    "usersessions_list": "/auth/sessions/",
}
ADMIN = {
    "moderation": "/moderation",
    "audit": "/moderation/audit",
    "team": "/teams/TeamHaemDemo",
    "team_profile": "/teams/TeamHaemDemo/profile",
}
# What somebody sees only on the way through something: the second step at sign-in, a forgotten password, waiting.
ON_THE_WAY = {
    "waiting",
    "account_confirm_email",
    "account_reset_password_from_key",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
}
# Forms are sent there and answered with another page.
POSTED_TO = {
    "act",
    "act_on_account",
    "act_on_hashtag",
    "appearance",
    "approve",
    "delete_filter",
    "leave_team",
    "questions_undo",
    "round_answer",
    "round_ask",
    "round_curate",
    "round_duplicate",
    "round_publish",
    "round_respond",
    "round_run",
    "round_say",
    "round_skip",
    "step_move",
    "stay",
    "undo",
    "log_out_everywhere",
    "upload",
    "vote",
}
# One stands for some seconds after posting, on servers that let a post be taken back: the demo is none.
NOT_LOOKED_AT = {"held"}
# Looked at while a case is played from draft to replay (test_rounds.py).
PLAYED = {
    "question_statistics",
    "round",
    "round_archive",
    "round_delete",
    "round_desk",
    "round_edit",
    "round_merge",
    "round_pool",
    "round_preview",
    "round_print",
    "round_release",
    "round_replay",
    "series",
    "step_edit",
    "step_new",
    "step_remove",
}
# Looked at in stories of their own (test_questions.py, test_series.py).
TOLD_ELSEWHERE = {"questions_imported", "series_edit", "series_end"}
# Files, feeds and what scripts fetch; two that lead elsewhere at once; terms, of which the demo has none.
NO_PAGE = {
    "account_feed",
    "archive",
    "complete",
    "diagnoses",
    "export_table",
    "hashtag_feed",
    "host_calendar",
    "host_feed",
    "live",
    "manifest",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
    "news",
    "question_export",
    "questions_export",
    "robots",
    "round_calendar",
    "round_fresh",
    "round_live",
    "round_replay_first",
    "round_stage",
    "round_zip",
    "rounds_calendar",
    "rounds_feed",
    "series_calendar",
    "series_feed",
    "service_worker",
    "source",
    "step_picture",
    "account_set_password",
    "terms_of_service",
    "welcome",
}


def of_member(house: House) -> dict[str, str]:
    """Pages about rows that the demo made for Asha, and about posts."""
    own, other = house.ask(NEWEST, "asha"), house.ask(NEWEST, "hana")
    asha = house.ask(ACCOUNT, "asha")
    row = "SELECT id FROM timelines_{} WHERE account_id = ?"
    asked = "response_type=code&redirect_uri=urn:ietf:wg:oauth:2.0:oob&scope=read+write"
    return {
        "post": f"/@hana/{other}",
        "reply": f"/posts/{other}/reply",
        "quote": f"/posts/{other}/quote",
        "boosters": f"/posts/{other}/boosts",
        "favouriters": f"/posts/{other}/favourites",
        "quotes": f"/posts/{other}/quotes",
        "history": f"/posts/{other}/history",
        "voters": f"/posts/{house.ask(POLL)}/voters",
        "edit": f"/posts/{own}/edit",
        "delete": f"/posts/{own}/delete",
        "report": f"/accounts/{house.ask(ACCOUNT, 'hana')}/report",
        "list": f"/lists/{house.ask(row.format('list'), asha)}",
        "edit_filter": f"/settings/filters/{house.ask(row.format('filter'), asha)}",
        "authorize": f"/oauth/authorize?{asked}&client_id={application(house)}",
    }


def of_moderator(house: House) -> dict[str, str]:
    """Pages about somebody who waits, a report, and an account."""
    return {
        "reject": f"/moderation/newcomers/{house.ask('SELECT id FROM accounts_user WHERE approved_at IS NULL')}/reject",
        "moderated_report": f"/moderation/reports/{house.ask('SELECT id FROM moderation_report')}",
        "moderated_account": f"/moderation/accounts/{house.ask(ACCOUNT, 'gwen')}",
    }


ABOUT_ROWS = {
    *(
        "post",
        "reply",
        "quote",
        "boosters",
        "favouriters",
        "quotes",
        "history",
        "voters",
        "edit",
        "delete",
        "report",
        "list",
        "edit_filter",
    ),
    *("authorize", "reject", "moderated_report", "moderated_account"),
}


def application(house: House) -> str:
    """The client id of an app that has just registered itself."""
    window = house.window()
    sent = {"client_name": "Ward app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"}
    answer: dict[str, Any] = window.context.request.post(f"{house.base}/api/v1/apps", form=sent).json()
    window.close()
    return str(answer["client_id"])


def names(resolver: URLResolver | None = None) -> Iterator[str]:
    """Of all addresses that have one; Django's own administration is a house of its own."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLPattern):
            if each.name:
                yield each.name
        elif not each.namespace:
            yield from names(each)
