"""Mastodon's WebPushSubscription, and our own words on when phones may ring."""

from msgspec import Struct, field

from openrounds.api.entities.account import Account


class Alerts(Struct):
    """Which kinds of notification are pushed."""

    mention: bool = False
    status: bool = False
    reblog: bool = False
    follow: bool = False
    follow_request: bool = False
    favourite: bool = False
    poll: bool = False
    update: bool = False
    quote: bool = False
    quoted_update: bool = False
    sign_up: bool = field(default=False, name="admin.sign_up")
    report: bool = field(default=False, name="admin.report")


class WebPushSubscription(Struct):
    """Where an app is told. The id is a number, unlike all others; `server_key` is the key of `/api/v2/instance`."""

    id: int
    endpoint: str
    standard: bool
    alerts: Alerts
    server_key: str
    policy: str


class PingSettings(Struct):
    """When the account's phones may ring. Hours are `22:30` in `time_zone`, null without quiet hours; `weekly_cap` null: no
    cap on mentions; `pinged_this_week`: how many of them rang in the last seven days, counted only under a cap."""

    time_zone: str
    quiet_from: str | None
    quiet_until: str | None
    weekly_cap: int | None
    on_call: bool
    pinged_this_week: int


class UnheardPing(Struct):
    """Somebody whom a post mentions and who has been asked often enough this week: he was notified, but his phone did not
    ring. `instead` are colleagues on call, at most three."""

    account: Account
    reason: str
    instead: list[Account]
