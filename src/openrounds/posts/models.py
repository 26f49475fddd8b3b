"""Rows of posts and of what people do with them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from openrounds.accounts.models import Account, QuotePolicy, User, Visibility
from openrounds.core.clock import now
from openrounds.core.db import SameIdField, SortableIdField
from openrounds.hashtags.models import Hashtag
from openrounds.media.models import MediaFile
from openrounds.oauth.models import Application


class PreviewCard(models.Model):
    """What a link shows of itself; one row per URL, fetched at most once a day."""

    url = models.CharField(max_length=2048, unique=True)
    title = models.CharField(max_length=500, default="", blank=True)
    description = models.TextField(default="", blank=True)
    author_name = models.CharField(max_length=200, default="", blank=True)
    author_url = models.CharField(max_length=2048, default="", blank=True)
    provider_name = models.CharField(max_length=200, default="", blank=True)
    image = models.CharField(
        max_length=255, default="", blank=True, help_text="File name in the media store."
    )
    image_description = models.CharField(max_length=1000, default="", blank=True)
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    blurhash = models.CharField(max_length=120, default="", blank=True)
    language = models.CharField(max_length=35, default="", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    fetched_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title or self.url


class QuoteState(models.IntegerChoices):
    """What has become of a quote; only an accepted one shows the quoted post."""

    NONE = 0, "quotes nothing"
    ACCEPTED = 1, "accepted"
    PENDING = 2, "waits for consent"
    REJECTED = 3, "refused"
    REVOKED = 4, "consent withdrawn"


class Post(models.Model):
    """Something said by an account, or (`boost_of`) its passing on of what another said.

    A deleted post keeps its row without content, so that threads and rooms show a gap where it was.
    `thread` is the id of the post that the whole thread hangs from (its own id when it starts one).
    `version` is raised whenever what everyone sees of it changes, `stamp` with the version and with all else that lists show.
    """

    id = SortableIdField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="posts", db_index=False)
    posted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who really wrote a team's post.",
    )
    application = models.ForeignKey(
        Application, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)
    stamp = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Raised by the database (`core.stamps`)."
    )
    uri = models.CharField(
        max_length=2048, null=True, blank=True, help_text="Set for posts of other servers."
    )
    url = models.CharField(max_length=2048, default="", blank=True)

    visibility = models.SmallIntegerField(choices=Visibility.choices)
    text = models.TextField(default="", blank=True, help_text="As typed; HTML for posts of other servers.")
    spoiler_text = models.TextField(default="", blank=True)
    sensitive = models.BooleanField(default=False)
    language = models.CharField(max_length=35, default="", blank=True)

    in_reply_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replies", db_index=False
    )
    in_reply_to_account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    thread = models.BigIntegerField(default=0)
    boost_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="boosts", db_index=False
    )
    card = models.ForeignKey(
        PreviewCard, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    quote_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="quotes", db_index=False
    )
    quote_state = models.SmallIntegerField(
        choices=QuoteState.choices, default=QuoteState.NONE, db_default=QuoteState.NONE
    )
    # A post of another server stays at NOBODY: its author's consent would have to be asked there.
    quote_policy = models.SmallIntegerField(
        choices=QuotePolicy.choices, default=QuotePolicy.NOBODY, db_default=QuotePolicy.NOBODY
    )
    has_poll = models.BooleanField(default=False)
    has_media = models.BooleanField(default=False)

    replies_count = models.IntegerField(default=0)
    boosts_count = models.IntegerField(default=0)
    favourites_count = models.IntegerField(default=0)
    quotes_count = models.IntegerField(default=0, db_default=0)

    mentions = models.ManyToManyField(Account, through="Mention", related_name="mentioned_in")
    hashtags = models.ManyToManyField(Hashtag, through="PostHashtag", related_name="posts")
    media = models.ManyToManyField(MediaFile, through="Attachment", related_name="posts")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "boost_of"],
                condition=Q(deleted_at=None, boost_of__isnull=False),
                name="boost_once",
            ),
            models.UniqueConstraint(fields=["uri"], name="post_uri"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "id"]),
            models.Index(fields=["thread", "id"]),
            models.Index(
                fields=["id"],
                condition=Q(visibility=Visibility.PUBLIC, boost_of=None, deleted_at=None),
                name="post_public",
            ),
            # Where few posts have a picture, a list of those that do went through all.
            models.Index(
                fields=["id"],
                condition=Q(has_media=True, visibility=Visibility.PUBLIC, boost_of=None, deleted_at=None),
                name="post_illustrated",
            ),
            # Of the few that have one: what is empty in nearly every post costs no post anything.
            models.Index(fields=["in_reply_to"], condition=Q(in_reply_to__isnull=False), name="post_replies"),
            models.Index(
                fields=["in_reply_to_account"],
                condition=Q(in_reply_to_account__isnull=False),
                name="post_replied",
            ),
            models.Index(fields=["boost_of"], condition=Q(boost_of__isnull=False), name="post_boosts"),
            models.Index(fields=["quote_of"], condition=Q(quote_of__isnull=False), name="post_quotes"),
            models.Index(fields=["card"], condition=Q(card__isnull=False), name="post_card"),
            # Whether an application may be forgotten is asked of it.
            models.Index(
                fields=["application"], condition=Q(application__isnull=False), name="post_application"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.pk}"


class DrawnPost(models.Model):
    """What all readers see of the post with that id, in that version, as JSON (`core.drawn`)."""

    id = SameIdField()
    version = models.IntegerField()
    look = models.BigIntegerField(help_text="Says what else than the post it was made of (`api.drawing`).")
    body = models.BinaryField()


class Mention(models.Model):
    """`account` is named in `post`; `silent` mentions let someone see a post without calling him."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="mention_rows", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    silent = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "account"], name="mention_once")]
        indexes: ClassVar = [models.Index(fields=["account", "post"])]


class PostHashtag(models.Model):
    """`post` was made under `hashtag`."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="hashtag_rows")
    hashtag = models.ForeignKey(Hashtag, models.CASCADE, related_name="+", db_index=False)
    has_media = models.BooleanField(default=False, db_default=False, help_text="As of the post.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hashtag", "post"], name="hashtag_once")]
        indexes: ClassVar = [
            models.Index(fields=["hashtag", "post"], condition=Q(has_media=True), name="hashtag_illustrated")
        ]


class Attachment(models.Model):
    """`media` is shown with `post`, in that place (from 0)."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="attachment_rows", db_index=False)
    media = models.OneToOneField(MediaFile, models.CASCADE, related_name="attachment")
    position = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "position"], name="attachment_place")
        ]


class Poll(models.Model):
    """A question with 2 to 8 options."""

    id = SortableIdField()
    post = models.OneToOneField(Post, models.CASCADE, related_name="poll")
    multiple = models.BooleanField(default=False)
    hide_totals = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    voters_count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"poll of {self.post_id}"

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= now()


class PollOption(models.Model):
    """One answer of a poll."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options", db_index=False)
    position = models.SmallIntegerField()
    title = models.CharField(max_length=500)
    votes_count = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["poll", "position"], name="option_place")]


class Vote(models.Model):
    """`account` chose the option at that place."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    position = models.SmallIntegerField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "account", "position"], name="vote_once")
        ]


class Ballot(models.Model):
    """`account` has voted in `poll`; what makes a second vote impossible."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="ballots", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["poll", "account"], name="ballot_once")]


class Mark(models.Model):
    """Something one account does with one post."""

    id = SortableIdField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True


class Favourite(Mark):
    account = models.ForeignKey(Account, models.CASCADE, related_name="favourites", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="favourites", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "post"], name="favourite_once")]
        indexes: ClassVar = [models.Index(fields=["account", "id"]), models.Index(fields=["post", "id"])]


class Bookmark(Mark):
    account = models.ForeignKey(Account, models.CASCADE, related_name="bookmarks", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="bookmarks")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "post"], name="bookmark_once")]
        indexes: ClassVar = [models.Index(fields=["account", "id"])]


class Pin(Mark):
    account = models.ForeignKey(Account, models.CASCADE, related_name="pins", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="pins")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "post"], name="pin_once")]


class ThreadMute(Mark):
    """`account` wants no more notifications from the thread that hangs from post `thread`."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    thread = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "thread"], name="thread_mute_once")
        ]


class Edit(models.Model):
    """What a post was before an edit. `content` holds text, spoiler_text, sensitive, language, media and poll options."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="edits")
    created_at = models.DateTimeField(help_text="When this wording was published.")
    content = models.JSONField()


class ScheduledPost(models.Model):
    """A post that waits for its hour, or is `held` for the seconds in which its writer may take it back. `params` is what the
    client sent."""

    id = SortableIdField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="scheduled_posts")
    posted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    application = models.ForeignKey(Application, models.SET_NULL, null=True, related_name="+")
    scheduled_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(default=now)
    held = models.BooleanField(default=False, db_default=False)
    params = models.JSONField()


class IdempotencyKey(models.Model):
    """Written first, in the transaction that makes the post, so that a repeated request finds the post (24 hours)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=now)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+", db_index=False)
    scheduled = models.ForeignKey(ScheduledPost, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "key"], name="idempotency_once")]
        indexes: ClassVar = [
            models.Index(fields=["created_at"]),
            models.Index(fields=["post"], condition=Q(post__isnull=False), name="idempotency_post"),
            models.Index(
                fields=["scheduled"], condition=Q(scheduled__isnull=False), name="idempotency_scheduled"
            ),
        ]
