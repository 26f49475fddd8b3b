"""Uploaded files as Mastodon's MediaAttachment."""

from openrounds.api.entities.status import MediaAttachment
from openrounds.media.models import MediaFile, State
from openrounds.media.urls import file_url


def render_media(base: str, media: MediaFile) -> MediaAttachment:
    ready = media.state == State.READY
    url = file_url(base, media.name) if ready and media.name else None
    meta = dict(media.meta)
    if media.focus_x is not None and media.focus_y is not None:
        meta["focus"] = {"x": media.focus_x, "y": media.focus_y}
    return MediaAttachment(
        id=str(media.pk),
        type=media.kind,
        url=url or media.remote_url or None,
        preview_url=file_url(base, media.preview) if ready and media.preview else url,
        remote_url=media.remote_url or None,
        preview_remote_url=None,
        text_url=None,
        meta=meta,
        description=media.description or None,
        blurhash=media.blurhash or None,
    )
