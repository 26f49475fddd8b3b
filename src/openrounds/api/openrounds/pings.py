"""When phones may ring, and who could not be reached by a mention."""

from typing import Annotated

from msgspec import Meta, Raw, Struct, structs

from openrounds.api.call import Call
from openrounds.api.entities.push import PingSettings, UnheardPing
from openrounds.api.rendering import render_account_parts
from openrounds.api.routing import person, route
from openrounds.posts.access import access_own_post
from openrounds.push import actions, queries
from openrounds.push.actions import MOST_PINGS, Wishes
from openrounds.push.models import PingWishes

ASKED_RECENTLY = "asked_recently"


class PingParams(Struct):
    """What is left out stays as it is. Hours as `22:30`, "" for none; a `weekly_cap` of 0 for none; `time_zone` as
    `Europe/London`."""

    time_zone: str | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    weekly_cap: Annotated[int, Meta(ge=0, le=MOST_PINGS)] | None = None
    on_call: bool | None = None


@route("GET", "/api/openrounds/v1/pings", person("read:notifications"), returns=PingSettings)
def show(call: Call) -> PingSettings:
    return _render(queries.wishes_of(call.me))


@route(
    "PATCH",
    "/api/openrounds/v1/pings",
    person("write:notifications"),
    params=PingParams,
    returns=PingSettings,
)
def update(call: Call) -> PingSettings:
    """In quiet hours nothing is pushed; over the cap, no mention is. The notifications themselves stay."""
    return _render(actions.set_wishes(call.me, Wishes(**structs.asdict(call.params(PingParams)))))


@route("GET", "/api/openrounds/v1/posts/:id/pings", person("read:statuses"), returns=list[UnheardPing])
def unheard(call: Call, id: int) -> list[UnheardPing]:
    """For the post's author: whose phone did not ring because he has been asked enough this week, and whom to try."""
    post = access_own_post(call.me, id)
    asked = {
        account.pk: queries.list_colleagues(call.me, account) for account in queries.list_unheard(post.pk)
    }
    parts = render_account_parts(call.base, {*asked, *(i for others in asked.values() for i in others)})
    return [
        UnheardPing(Raw(parts[i]), ASKED_RECENTLY, [Raw(parts[other]) for other in others])  # type: ignore[arg-type, misc]
        for i, others in asked.items()
    ]


def _render(wishes: PingWishes) -> PingSettings:
    return PingSettings(
        time_zone=wishes.time_zone,
        quiet_from=f"{wishes.quiet_from:%H:%M}" if wishes.quiet_from else None,
        quiet_until=f"{wishes.quiet_until:%H:%M}" if wishes.quiet_until else None,
        weekly_cap=wishes.weekly_cap,
        on_call=wishes.on_call,
        pinged_this_week=queries.count_pings(wishes.account_id),
    )
