"""What is done with files: taken in, described, removed.

A file is on the disk before a row names it, and gone only after its row is. What a crash leaves between the two
(files without a row) is found by `sweep_unnamed`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from openrounds.core import clock, db
from openrounds.core.errors import Invalid, NotFound
from openrounds.core.options import options
from openrounds.jobs.actions import enqueue
from openrounds.jobs.registry import HANDLERS
from openrounds.media import hold, meta, sandbox, store
from openrounds.media.access import access_upload
from openrounds.media.facts import UploadWaits
from openrounds.media.models import Kind, MediaFile, State
from openrounds.media.references import unnamed
from openrounds.media.rules import (
    SNIFF_BYTES,
    ImageShape,
    MediaError,
    MediaFamily,
    MediaLimits,
    MediaRefused,
    ProcessedAudio,
    ProcessedImage,
    ProcessedVideo,
    StoredImage,
    sniff,
)

LOOSE_KEPT = timedelta(hours=24)
LEFTOVERS_KEPT = timedelta(hours=48)
# A silent film this short plays in a loop without controls, as apps do with what was a GIF elsewhere.
LONGEST_LOOP_SECONDS = 30
# Somebody waits for the answer, and so does everybody else whom this process would serve.
SECONDS_WHILE_WAITING = 60
_BATCH = 200
# Names are not indexed, so each batch is a walk through the tables: few and large ones.
_NAMES_AT_ONCE = 5_000

Focus = tuple[float, float]


class Picture(Struct, frozen=True):
    """File names of an avatar or header; `static_name` shows no movement and equals `name` where there is none."""

    name: str
    static_name: str


def limits_in_force() -> MediaLimits:
    o = options()
    return replace(MediaLimits(), image_bytes=o.image_megabytes * 2**20, av_bytes=o.video_megabytes * 2**20)


def upload(
    owner_id: int,
    file: UploadedFile[bytes],
    *,
    description: str = "",
    focus: Focus | None = None,
    thumbnail: UploadedFile[bytes] | None = None,
    now: bool,
) -> MediaFile:
    """Takes in a file: an image is READY at once, video and sound too if `now`, else PROCESSING.

    `focus` is x and y from -1 to 1, `thumbnail` an image shown in place of video or sound. Raises MediaError, Invalid,
    NoRoom; nothing is kept then.
    """
    check_description(description)
    image = _family_of(file) is MediaFamily.IMAGE
    store.check_room(file.size or 0)
    x, y = focus or (None, None)
    row = MediaFile(owner_id=owner_id, description=description, focus_x=x, focus_y=y)
    if image:
        return _take_image(row, file)
    names = _show_thumbnail(row, thumbnail) if thumbnail else []
    with store.unless_failed(names):
        return _process_now(row, file) if now else _process_later(row, file)


def check_description(text: str) -> None:
    """Raises Invalid for an alt text beyond the server's limit."""
    most = options().alt_text_characters
    if len(text) > most:
        raise Invalid(f"Validation failed: Description is too long (maximum is {most} characters)")


def _family_of(file: UploadedFile[bytes]) -> MediaFamily:
    file.seek(0)
    kind = sniff(file.read(SNIFF_BYTES))
    file.seek(0)
    if kind is None:
        raise MediaRefused("Validation failed: File content type is not supported")
    _check_size(file, kind.family)
    return kind.family


def _check_size(file: UploadedFile[bytes], family: MediaFamily) -> None:
    o = options()
    most = o.image_megabytes if family is MediaFamily.IMAGE else o.video_megabytes
    if (file.size or 0) > most * 2**20:
        raise MediaRefused(f"Validation failed: File file size must be at most {most} MB")


def _make_image(file: UploadedFile[bytes], shape: ImageShape) -> ProcessedImage:
    """The files are where they are served from."""
    store.check_room(file.size or 0)
    with store.borrow(file) as path:
        made = sandbox.process_image(path, store.directory(), limits=limits_in_force(), shape=shape)
    store.publish(_names_of(made))
    return made


def _names_of(made: ProcessedImage | ProcessedVideo | ProcessedAudio) -> list[str]:
    if isinstance(made, ProcessedAudio):
        return [made.name]
    images = [made.original, made.small, *([made.static] if isinstance(made, ProcessedImage) else [])]
    return [image.name for image in images if image]


def _take_image(row: MediaFile, file: UploadedFile[bytes]) -> MediaFile:
    made = _make_image(file, ImageShape.ATTACHMENT)
    row.kind, row.state, row.blurhash = Kind.IMAGE, State.READY, made.blurhash
    row.name, row.mime, row.size = made.original.name, made.original.mime, made.original.size
    row.preview = made.small.name if made.small else ""
    row.meta = meta.of_image(made.original, made.small)
    with store.unless_failed(_names_of(made)):
        row.save(force_insert=True)
    return row


def _show_thumbnail(row: MediaFile, thumbnail: UploadedFile[bytes]) -> list[str]:
    """Puts a preview of the person's choice into the row; the names of the files made for it."""
    if _family_of(thumbnail) is not MediaFamily.IMAGE:
        raise MediaRefused("Validation failed: Thumbnail content type is not supported")
    preview, row.blurhash = _make_preview(thumbnail)
    row.preview, row.meta = preview.name, {**row.meta, "small": meta.size_of(preview)}
    return [preview.name]


def _make_preview(file: UploadedFile[bytes]) -> tuple[StoredImage, str]:
    """The small picture alone, with its blurhash."""
    made = _make_image(file, ImageShape.ATTACHMENT)
    preview = made.small or made.original
    store.remove(set(_names_of(made)) - {preview.name})
    return preview, made.blurhash


# ---------------------------------------------------------------------------------------------------- video and sound
def _process_now(row: MediaFile, file: UploadedFile[bytes]) -> MediaFile:
    limits = replace(limits_in_force(), av_seconds=SECONDS_WHILE_WAITING)
    with store.borrow(file) as path:
        made = sandbox.process_av(path, store.directory(), limits)
    store.publish(_names_of(made))
    with store.unless_failed(_names_of(made)):
        needless = _show_av(row, made)
        row.save(force_insert=True)
    store.remove(needless)
    return row


def _process_later(row: MediaFile, file: UploadedFile[bytes]) -> MediaFile:
    kind = sniff(file.read(SNIFF_BYTES))
    row.kind = Kind.AUDIO if kind and kind.family is MediaFamily.AUDIO else Kind.VIDEO
    row.source = store.keep_source(file)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            enqueue(HANDLERS["media.jobs.process_upload"], UploadWaits(row.pk))
    except BaseException:
        store.drop_source(row.source)
        raise
    return row


def process(media_id: int) -> None:
    """Processes an upload that waits, once: a second run finds nothing to do."""
    row = MediaFile.objects.filter(pk=media_id, state=State.PROCESSING).first()
    if row is None:
        return
    try:
        with store.borrow_source(row.source) as path:
            store.check_room(path.stat().st_size)
            made = sandbox.process_av(path, store.directory(), limits_in_force())
        store.publish(_names_of(made))
    except (MediaError, store.NoRoom) as problem:
        MediaFile.objects.filter(pk=media_id).update(state=State.FAILED, problem=problem.message[:300])
    else:
        _finish(row, made)
    store.drop_source(row.source)


def _finish(row: MediaFile, made: ProcessedVideo | ProcessedAudio) -> None:
    """Only while the row still waits; it may be deleted by now."""
    fields = ("kind", "state", "name", "preview", "mime", "size", "meta", "blurhash")
    with store.unless_failed(_names_of(made)):
        needless = _show_av(row, made)
        values = {field: getattr(row, field) for field in fields}
        kept = MediaFile.objects.filter(pk=row.pk, state=State.PROCESSING).update(**values)
    store.remove(needless if kept else _names_of(made))


def _show_av(row: MediaFile, made: ProcessedVideo | ProcessedAudio) -> list[str]:
    """Fills in the row; a preview that the person chose stays. Names of files that are not needed then."""
    chosen, small = row.preview, row.meta.get("small")
    row.state = State.READY
    if isinstance(made, ProcessedAudio):
        row.kind, row.name, row.mime, row.size = Kind.AUDIO, made.name, made.mime, made.size
        row.meta = meta.of_audio(made)
    else:
        loop = made.silent and made.duration <= LONGEST_LOOP_SECONDS
        row.kind = Kind.GIFV if loop else Kind.VIDEO
        row.name, row.mime, row.size = made.original.name, made.original.mime, made.original.size
        row.meta = meta.of_video(made)
        row.preview, row.blurhash = chosen or made.small.name, row.blurhash or made.blurhash
    if small:
        row.meta = {**row.meta, "small": small}
    return [made.small.name] if chosen and isinstance(made, ProcessedVideo) else []


def copy_file(media: MediaFile, *, held: bool = False) -> MediaFile:
    """The same picture as a file of its own, for the same owner; with `held` served to nobody yet (`media.hold`)."""
    names = [store.copy_of(name) for name in (media.name, media.preview) if name]
    with store.unless_failed(names):
        copy = MediaFile.objects.get(pk=media.pk)
        copy.pk, copy._state.adding = db.next_id(), True
        copy.created_at, copy.attached_at, copy.loose_since = clock.now(), clock.now(), None
        copy.name, copy.preview = names[0], names[1] if media.preview else ""
        copy.save(force_insert=True)
        if held:
            hold.hold([copy.pk])
    return copy


# ------------------------------------------------------------------------------------------------ afterwards
def describe(
    owner_id: int,
    media_id: int,
    *,
    description: str | None = None,
    focus: Focus | None = None,
    thumbnail: UploadedFile[bytes] | None = None,
) -> MediaFile:
    """Changes what is said of a file that no post shows yet; None leaves it. Raises NotFound, Invalid, MediaError."""
    row = access_upload(owner_id, media_id)
    values: dict[str, Any] = {}
    if description is not None:
        check_description(description)
        values["description"] = description
    if focus is not None:
        values["focus_x"], values["focus_y"] = focus
    former, made = row.preview, []
    if thumbnail is not None and row.kind != Kind.IMAGE:
        made = _show_thumbnail(row, thumbnail)
        values |= {"preview": row.preview, "blurhash": row.blurhash, "meta": row.meta}
    with store.unless_failed(made):
        unattached = MediaFile.objects.filter(pk=row.pk, attached_at=None)
        if values and not unattached.update(**values):
            raise NotFound
    store.remove([former] if made else [])
    return access_upload(owner_id, media_id)


def hand_over(owner_ids: Collection[int], media_id: int, to_id: int) -> MediaFile:
    """A file of one of those accounts that no post shows yet becomes another's, who is one of them. Raises NotFound."""
    loose = MediaFile.objects.filter(pk=media_id, owner_id__in=owner_ids, attached_at=None)
    loose.exclude(owner_id=to_id).update(owner_id=to_id)
    return access_upload(to_id, media_id)


def delete_unattached(owner_id: int, media_id: int) -> None:
    """Raises NotFound for what is not the owner's, Invalid for a file that a post shows."""
    with transaction.atomic():
        own = MediaFile.objects.select_for_update().filter(pk=media_id, owner_id=owner_id).first()
        if own is None:
            raise NotFound
        if own.attached_at is not None:
            raise Invalid("This file is used by a post")
        _delete([own])


def delete_all_of(owner_id: int) -> None:
    """Every file of somebody who leaves, also those that posts of his show."""
    while True:
        with transaction.atomic():
            rows = list(MediaFile.objects.select_for_update().filter(owner_id=owner_id)[:_BATCH])
            _delete(rows)
        if not rows:
            return


def forget_pictures(names: Collection[str]) -> None:
    """Avatars and headers that nobody shows any more, once the caller's transaction is done."""
    shown = [name for name in names if name]
    transaction.on_commit(lambda: store.remove(shown))


def _delete(rows: Collection[MediaFile]) -> None:
    """The rows now, in the caller's transaction; their files once that is certain."""
    MediaFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    names = [name for row in rows for name in (row.name, row.preview) if name]
    sources = [row.source for row in rows if row.source]

    def forget() -> None:
        _remove(names)
        for source in sources:
            store.drop_source(source)

    transaction.on_commit(forget)


def store_picture(file: UploadedFile[bytes], shape: ImageShape) -> Picture:
    """An avatar or header, cropped and without anything that the file told beside its pixels. Raises MediaError, NoRoom."""
    if _family_of(file) is not MediaFamily.IMAGE:
        raise MediaRefused("Validation failed: This file is not an image")
    made = _make_image(file, shape)
    return Picture(made.original.name, (made.static or made.original).name)


def store_preview(image: bytes) -> tuple[StoredImage, str]:
    """A small copy of another server's picture, and its blurhash. Raises MediaError, Unavailable."""
    file = SimpleUploadedFile("picture", image)
    if _family_of(file) is not MediaFamily.IMAGE:
        raise MediaRefused("This is not an image")
    return _make_preview(file)


# ------------------------------------------------------------------------------------------------ cleaning
def sweep() -> None:
    """Removes files that no post has shown for a day, and what killed processes left."""
    present = clock.now()
    MediaFile.objects.filter(attached_at=None, loose_since=None).update(loose_since=present)
    MediaFile.objects.filter(attached_at__isnull=False, loose_since__isnull=False).update(loose_since=None)
    while _delete_loose():
        pass
    store.forget_leftovers(present - LEFTOVERS_KEPT)


def sweep_unnamed() -> None:
    """Removes files that no row names: of deleted accounts, and of processes that were killed before they wrote one."""
    moment = clock.now() - LOOSE_KEPT
    for names in db.chunks(store.all_names(), _NAMES_AT_ONCE):
        _remove([name for name in unnamed(names) if store.is_older(name, moment)])


def _remove(names: Collection[str]) -> None:
    store.remove(names)
    hold.forget(names)


@transaction.atomic
def _delete_loose() -> bool:
    """One batch. The lock keeps away a post that would attach one of them at this moment."""
    old = MediaFile.objects.filter(attached_at=None, loose_since__lt=clock.now() - LOOSE_KEPT)
    rows = list(old.select_for_update()[:_BATCH])
    _delete(rows)
    return bool(rows)
