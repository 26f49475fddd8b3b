"""The files of a form that is being filled in: uploaded before or with it, in an order, each with what it shows."""

from collections.abc import Sequence
from contextlib import suppress

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid, NotFound
from openrounds.core.options import options
from openrounds.core.paging import GREATEST
from openrounds.media import actions as media
from openrounds.media.access import uploads_of
from openrounds.media.models import MediaFile
from openrounds.posts.models import Post
from openrounds.posts.queries import media_of
from openrounds.web.forms.compose import ComposeForm
from openrounds.web.sent import charge

BUTTONS = ("attach", "remove", "earlier")


def is_arranging(request: HttpRequest) -> bool:
    """Whether a button was pressed that sees to the files and sends nothing yet."""
    return any(name in request.POST for name in BUTTONS)


def gather(request: HttpRequest, form: ComposeForm, post: Post | None = None) -> list[MediaFile]:
    """The files of the form with those sent along. They belong to whom the post is shown as. Raises Refusal."""
    kept = attached(request, form, post)
    for file in kept:
        media.check_description(file.description)
    new = [file for file in request.FILES.getlist("files") if file]
    if len(kept) + len(new) > form.most_files:
        raise Invalid(f"At most {form.most_files} pictures fit into a post")
    return kept + [take(request, form.chosen.pk, file) for file in new]


def take(request: HttpRequest, owner_id: int, file: "UploadedFile[bytes]") -> MediaFile:
    charge(request, "media")
    return media.upload(owner_id, file, now=True)


def attached(request: HttpRequest, form: ComposeForm, post: Post | None = None) -> list[MediaFile]:
    """What was uploaded before, as far as it is the writer's and not used yet, or `post` has it; with what is said of each
    now. Of files that the post has, that is written when it is saved."""
    own = {file.pk: file for file in media_of(post)} if post else {}
    found = [_known(request, form, own, media_id) for media_id in _order(request)]
    return [file for file in found if file is not None][: form.most_files]


def _known(
    request: HttpRequest, form: ComposeForm, own: dict[int, MediaFile], media_id: int
) -> MediaFile | None:
    said = request.POST.get(f"alt_{media_id}", "").replace("\r\n", "\n").strip()
    file = own.get(media_id) or _loose(form, media_id)
    if file is None:
        return None
    if media_id not in own and said != file.description:
        with suppress(Invalid):  # too long: it is shown again as typed, and `gather` says why
            media.describe(file.owner_id, media_id, description=said)
    file.description = said
    return file


def _loose(form: ComposeForm, media_id: int) -> MediaFile | None:
    """An upload of the writer's or his teams'; whoever the post is shown as owns it from now on."""
    try:
        return media.hand_over([actor.pk for actor in form.actors], media_id, form.chosen.pk)
    except NotFound:
        return None


def wrong_one(form: ComposeForm, files: Sequence[MediaFile]) -> MediaFile | None:
    """Where something is wrong with the files, the first that says too little or too much of what it shows."""
    if not form.has_error("pictures"):
        return None
    most = options().alt_text_characters
    return next((file for file in files if not 0 < len(file.description) <= most), None)


def loose(actors: Sequence[Account], wanted: Sequence[str]) -> list[MediaFile]:
    """Those uploads of somebody's own, or of his teams', that nothing shows yet."""
    ids = [int(text) for text in dict.fromkeys(wanted) if text.isdecimal() and len(text) < 20]
    owners = {actor.pk for actor in actors}
    found = uploads_of(owners, [media_id for media_id in ids if media_id <= GREATEST])
    return found[: options().max_attachments]


def _order(request: HttpRequest) -> list[int]:
    """The ids in the form without the one removed, one of them a place further ahead if that was asked for."""
    texts = dict.fromkeys(request.POST.getlist("media"))
    removed = request.POST.get("remove", "")
    ids = [int(text) for text in texts if text.isdecimal() and len(text) < 20 and text != removed]
    ids = [media_id for media_id in ids if media_id <= GREATEST]
    earlier = request.POST.get("earlier", "")
    for place, media_id in enumerate(ids):
        if place and str(media_id) == earlier:
            ids[place - 1], ids[place] = ids[place], ids[place - 1]
            break
    return ids
