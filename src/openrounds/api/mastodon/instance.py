"""The server about itself: what every client asks first."""

import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from xml.sax.saxutils import escape

from django.conf.locale import LANG_INFO
from msgspec import Raw

from openrounds.api.call import Call, Reply
from openrounds.api.entities import instance as e
from openrounds.api.entities.account import CustomEmoji
from openrounds.api.render import instance as render
from openrounds.api.rendering import render_account
from openrounds.api.routing import anyone, route
from openrounds.core.clock import iso
from openrounds.core.errors import NotFound
from openrounds.core.options import options
from openrounds.moderation import queries
from openrounds.moderation.queries import HouseText, Numbers, Week

T = TypeVar("T")
XRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0"
NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.0"


class Remembered(Generic[T]):
    """What a function answered, for some seconds: counting everything at every call would cost too much."""

    def __init__(self, function: Callable[[], T], seconds: float) -> None:
        self._function, self._seconds = function, seconds
        self._kept: tuple[float, T] | None = None

    def __call__(self) -> T:
        if self._kept is None or time.monotonic() > self._kept[0]:
            self._kept = (time.monotonic() + self._seconds, self._function())
        return self._kept[1]

    def forget(self) -> None:
        self._kept = None


numbers: Remembered[Numbers] = Remembered(queries.numbers, 60)
peers: Remembered[list[str]] = Remembered(queries.peers, 60)
weeks: Remembered[Sequence[Week]] = Remembered(queries.weeks, 600)


def forget_everything() -> None:
    """Empties the caches; for tests, whose databases start anew."""
    for kept in (numbers, peers, weeks):
        kept.forget()


@route("GET", "/api/v2/instance", anyone(), returns=e.Instance)
def show(call: Call) -> dict[str, object]:
    """The server about itself."""
    return render.render_instance(call.base, numbers(), queries.rules(), _contact(call))


@route("GET", "/api/v1/instance", anyone(), returns=e.InstanceV1)
def show_v1(call: Call) -> dict[str, object]:
    """The same in the words of version 1, which command-line clients sign in with."""
    return render.render_instance_v1(call.base, numbers(), queries.rules(), _contact(call))


def _contact(call: Call) -> Raw | None:
    found = queries.contact_id()
    return Raw(render_account(call, found)) if found is not None else None


@route("GET", "/api/v1/instance/rules", anyone(), returns=list[e.Rule])
def rules(_call: Call) -> list[e.Rule]:
    """The rules of the house."""
    return render.render_rules(queries.rules())


@route("GET", "/api/v1/instance/extended_description", anyone(), returns=e.ExtendedDescription)
def extended_description(call: Call) -> e.ExtendedDescription:
    """What the operators say about the server: `texts/about.txt`, else the description from the settings."""
    about = queries.house_text("about")
    text, updated = (about.text, iso(about.updated_at)) if about else (options().description, None)
    return e.ExtendedDescription(updated_at=updated, content=render.html(call.base, text))


@route("GET", "/api/v1/instance/privacy_policy", anyone(), returns=e.PrivacyPolicy)
def privacy_policy(call: Call) -> e.PrivacyPolicy:
    """What becomes of people's data."""
    found = _text("privacy")
    return e.PrivacyPolicy(updated_at=iso(found.updated_at), content=render.html(call.base, found.text))


@route("GET", "/api/v1/instance/terms_of_service", anyone(), returns=e.TermsOfService)
def terms(call: Call) -> e.TermsOfService:
    """What people agree to; 404 where the operators have written nothing."""
    found = _text("terms")
    return e.TermsOfService(
        effective_date=f"{found.updated_at:%Y-%m-%d}",
        effective=True,
        content=render.html(call.base, found.text),
        succeeded_by=None,
    )


@route("GET", "/api/v1/instance/terms_of_service/:date", anyone(), returns=e.TermsOfService)
def terms_of(call: Call, date: str) -> e.TermsOfService:
    """The terms that came into force on that day; only the latest are kept."""
    found: e.TermsOfService = terms(call)
    if found.effective_date != date:
        raise NotFound
    return found


def _text(name: str) -> HouseText:
    found = queries.house_text(name)
    if found is None:
        raise NotFound
    return found


@route("GET", "/api/v1/instance/peers", anyone(), returns=list[str])
def known_servers(_call: Call) -> list[str]:
    """The other servers from which somebody is known here."""
    return peers()


@route("GET", "/api/v1/instance/activity", anyone(), returns=list[e.Activity])
def activity(_call: Call) -> list[e.Activity]:
    """The last twelve weeks, this one first. As `logins` those are counted who posted."""
    return [render.render_week(week) for week in weeks()]


@route("GET", "/api/v1/instance/languages", anyone(), returns=list[e.Language])
def languages(_call: Call) -> list[e.Language]:
    """Languages to choose from for a post."""
    return [e.Language(code, info["name"]) for code, info in sorted(LANG_INFO.items()) if "name" in info]


@route("GET", "/api/v1/instance/translation_languages", anyone(), returns=dict[str, list[str]])
def translation_languages(_call: Call) -> dict[str, list[str]]:
    """From which language into which others statuses can be translated: none."""
    return {}


@route("GET", "/api/v1/instance/domain_blocks", anyone(), returns=list[e.DomainBlock])
def domain_blocks(_call: Call) -> list[e.DomainBlock]:
    """The servers that this one refuses. They are not published, so this is not found."""
    raise NotFound


@route("GET", "/api/v1/custom_emojis", anyone(), returns=list[CustomEmoji])
def custom_emojis(_call: Call) -> list[CustomEmoji]:
    """There are no pictures of our own for `:shortcodes:`; Unicode has enough."""
    return []


@route("GET", "/health", anyone(), returns=str)
def health(_call: Call) -> Reply:
    """`OK`, when this process answers and its database does; for load balancers."""
    queries.rules()
    return Reply(b"OK", headers={"Content-Type": "text/plain; charset=utf-8"})


@route("GET", "/.well-known/nodeinfo", anyone(), returns=e.NodeInfoLinks)
def nodeinfo_links(call: Call) -> e.NodeInfoLinks:
    """Where the NodeInfo document is. Version 2.0: what some clients pick, who pass over 2.1."""
    return e.NodeInfoLinks([e.NodeInfoLink(rel=NODEINFO, href=f"{call.base}/nodeinfo/2.0")])


@route("GET", "/nodeinfo/2.0", anyone(), returns=e.NodeInfo)
def nodeinfo(_call: Call) -> Reply:
    """What this server is, for those who count servers."""
    kind = f'application/json; profile="{NODEINFO}#"; charset=utf-8'
    return Reply(render.render_nodeinfo(numbers()), headers={"Content-Type": kind})


@route("GET", "/.well-known/host-meta", anyone(), returns=bytes)
def host_meta(call: Call) -> Reply:
    """RFC 6415, as XML. It names no WebFinger: nobody of another server can ask for somebody here yet."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="{XRD}"><Subject>{escape(call.base)}</Subject></XRD>\n'
    return Reply(body.encode(), headers={"Content-Type": "application/xrd+xml; charset=utf-8"})
