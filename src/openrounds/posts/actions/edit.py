"""Editing, with every former wording kept."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from msgspec import Struct
from msgspec.structs import replace

from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.jobs.actions import record, withdraw
from openrounds.media.models import MediaFile
from openrounds.posts.access import access_own_post
from openrounds.posts.actions import content
from openrounds.posts.actions.publish import announce_end
from openrounds.posts.actions.quote import set_quote_policy
from openrounds.posts.facts import PostEdited
from openrounds.posts.models import Attachment, Edit, Mention, Poll, Post, PostHashtag
from openrounds.posts.queries import snapshot
from openrounds.posts.rules import Draft, PollDraft


class MediaChange(Struct, frozen=True):
    """A new alt text or focal point (each from -1 to 1) for a file of the post; None leaves it."""

    media_id: int
    description: str | None = None
    focus: tuple[float, float] | None = None


def edit_post(author_id: int, post_id: int, draft: Draft, *, media: Sequence[MediaChange] = ()) -> Post:
    """Gives the post the draft's words, files and poll; visibility, what it answers and quotes stay.

    Raises Invalid, NotFound.
    """
    with transaction.atomic():
        post = access_own_post(author_id, post_id)
        illustrated = post.has_media and post.has_poll
        draft = content.accept(replace(draft, quote_of_id=post.quote_of_id, illustrated=illustrated))
        if (
            Post.objects.filter(pk=post.pk, version=post.version, deleted_at=None).update(
                version=F("version") + 1
            )
            != 1
        ):
            raise NotFound
        before = snapshot(post)
        _change_media(post, draft, media)
        _change_poll(post, draft.poll)
        _change_text(post, draft)
        if snapshot(post) != before:
            Edit.objects.create(post=post, created_at=post.edited_at or post.created_at, content=before)
            Post.objects.filter(pk=post.pk).update(edited_at=now())
            record(PostEdited(post.pk, post.account_id))
        if draft.quote_policy is not None:
            set_quote_policy(author_id, post.pk, draft.quote_policy)
    return Post.objects.select_related("account").get(pk=post_id)


def _change_text(post: Post, draft: Draft) -> None:
    post.text, post.spoiler_text = draft.text, draft.spoiler_text
    if draft.sensitive is not None or draft.spoiler_text:
        post.sensitive = bool(draft.sensitive or draft.spoiler_text)
    post.language = draft.language or post.language
    post.has_media, post.has_poll = bool(draft.media_ids), draft.poll is not None
    post.save(update_fields=["text", "spoiler_text", "sensitive", "language", "has_media", "has_poll"])
    # Whoever could see the post by being named in it still can: a mention taken out becomes a silent one.
    former = [row.account for row in Mention.objects.filter(post=post).select_related("account")]
    Mention.objects.filter(post=post).delete()
    mentioned = content.mentioned_accounts(post.text)
    content.check_mentions(post.account, [a for a in mentioned if a not in former], None)
    content.write_mentions(post, mentioned, silent=former)
    PostHashtag.objects.filter(post=post).delete()
    content.write_hashtags(post)


def _change_media(post: Post, draft: Draft, changes: Sequence[MediaChange]) -> None:
    kept = set(Attachment.objects.filter(post=post).values_list("media_id", flat=True))
    MediaFile.objects.filter(pk__in=kept - set(draft.media_ids)).update(attached_at=None)
    Attachment.objects.filter(post=post).delete()
    content.attach(post, [m for m in draft.media_ids if m not in kept])
    Attachment.objects.filter(post=post).delete()
    rows = [Attachment(post=post, media_id=m, position=n) for n, m in enumerate(draft.media_ids)]
    Attachment.objects.bulk_create(rows)
    for change in changes:
        _describe(post, change)


def _describe(post: Post, change: MediaChange) -> None:
    values: dict[str, object] = {}
    if change.description is not None:
        values["description"] = change.description
    if change.focus is not None:
        values["focus_x"], values["focus_y"] = change.focus
    if values and not MediaFile.objects.filter(pk=change.media_id, attachment__post=post).update(**values):
        raise Invalid("Validation failed: A described file is not attached to the post")


def _change_poll(post: Post, draft: PollDraft | None) -> None:
    """A poll keeps its votes only while it asks the same."""
    poll = Poll.objects.filter(post=post).first()
    if poll and draft and _asks_the_same(poll, draft):
        Poll.objects.filter(pk=poll.pk).update(hide_totals=draft.hide_totals, expires_at=now() + draft.lasts)
        poll.refresh_from_db()
    else:
        if poll:
            withdraw(f"poll:{poll.pk}")
            poll.delete()
        poll = content.write_poll(post, draft, now()) if draft else None
    if poll:
        withdraw(f"poll:{poll.pk}")
        announce_end(poll)


def _asks_the_same(poll: Poll, draft: PollDraft) -> bool:
    titles = list(poll.options.values_list("title", flat=True))
    return titles == list(draft.options) and poll.multiple == draft.multiple
