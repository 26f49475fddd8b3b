"""Announcements: reading them, taking note, reacting."""

from typing import Any

from openrounds.api.call import Call
from openrounds.api.entities.announcement import Announcement
from openrounds.api.render.announcement import render_announcement
from openrounds.api.routing import person, route
from openrounds.moderation import announcement_actions, announcement_queries


@route("GET", "/api/v1/announcements", person(""), returns=list[Announcement])
def index(call: Call) -> list[Announcement]:
    """What the house tells everyone just now, with what has been read marked."""
    return [render_announcement(call.base, told) for told in announcement_queries.announcements_for(call.me)]


@route("POST", "/api/v1/announcements/:id/dismiss", person("write:accounts"), returns=dict[str, Any])
def dismiss(call: Call, id: int) -> dict[str, Any]:
    """Marks an announcement as read."""
    announcement_actions.dismiss(call.me, id)
    return {}


@route("PUT", "/api/v1/announcements/:id/reactions/:name", person("write:favourites"), returns=dict[str, Any])
def react(call: Call, id: int, name: str) -> dict[str, Any]:
    """Reacts with an emoji."""
    announcement_actions.react(call.me, id, name)
    return {}


@route(
    "DELETE", "/api/v1/announcements/:id/reactions/:name", person("write:favourites"), returns=dict[str, Any]
)
def take_back(call: Call, id: int, name: str) -> dict[str, Any]:
    """Takes a reaction back."""
    announcement_actions.take_back(call.me, id, name)
    return {}
