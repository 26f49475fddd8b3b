"""Uploading files and saying what is on them, before a post shows them."""

from typing import Any

from msgspec import Struct

from openrounds.api.call import Call, Reply
from openrounds.api.entities.status import MediaAttachment
from openrounds.api.params import read_focus
from openrounds.api.render.media import render_media
from openrounds.api.routing import person, route
from openrounds.core.errors import Invalid
from openrounds.media import actions
from openrounds.media.access import access_upload
from openrounds.media.models import MediaFile, State


class Upload(Struct):
    """`focus` is "x,y", each from -1 to 1; the files `file` and `thumbnail` come as multipart parts."""

    description: str | None = None
    focus: str | None = None


@route("POST", "/api/v1/media", person("write:media"), rate="media", params=Upload, returns=MediaAttachment)
def create_and_wait(call: Call) -> Reply:
    """Answers when the file is processed."""
    return _answer(call, _upload(call, now=True))


@route("POST", "/api/v2/media", person("write:media"), rate="media", params=Upload, returns=MediaAttachment)
def create(call: Call) -> Reply:
    """202 with a null `url` for what is still being processed."""
    made = _upload(call, now=False)
    return _answer(call, made, waiting=202)


@route("GET", "/api/v1/media/:id", person("write:media"), returns=MediaAttachment)
def show(call: Call, id: int) -> Reply:
    """206 while it is processed, 422 when that failed, 404 once a post shows it."""
    return _answer(call, access_upload(call.me, id))


@route("PUT", "/api/v1/media/:id", person("write:media"), params=Upload, returns=MediaAttachment)
def describe(call: Call, id: int) -> Reply:
    sent = call.params(Upload)
    thumbnail = call.upload("thumbnail")
    focus = read_focus(sent.focus)
    changed = actions.describe(call.me, id, description=sent.description, focus=focus, thumbnail=thumbnail)
    return Reply(render_media(call.base, changed))


@route("DELETE", "/api/v1/media/:id", person("write:media"), returns=dict[str, Any])
def delete(call: Call, id: int) -> Reply:
    actions.delete_unattached(call.me, id)
    return Reply({})


def _upload(call: Call, *, now: bool) -> MediaFile:
    sent, file = call.params(Upload), call.upload("file")
    if file is None:
        raise Invalid("Validation failed: File can't be blank")
    return actions.upload(
        call.me,
        file,
        description=sent.description or "",
        focus=read_focus(sent.focus),
        thumbnail=call.upload("thumbnail"),
        now=now,
    )


def _answer(call: Call, media: MediaFile, *, waiting: int = 206) -> Reply:
    if media.state == State.FAILED:
        raise Invalid(media.problem or "Error processing thumbnail for uploaded media")
    return Reply(render_media(call.base, media), status=waiting if media.state == State.PROCESSING else 200)
