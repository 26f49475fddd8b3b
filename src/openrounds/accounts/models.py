"""Rows of accounts, of the people who sign in to them, and of what accounts are to each other."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.lookups import IsNull

from openrounds.accounts import rules
from openrounds.core.clock import now
from openrounds.core.db import SameIdField, SortableIdField


class Role(models.TextChoices):
    """What a person says he is in medicine; self-declared."""

    STUDENT = "student", "Student"
    CLINICIAN = "clinician", "Clinician"
    NURSE = "nurse", "Nurse"
    PHARMACIST = "pharmacist", "Pharmacist"
    SCIENTIST = "scientist", "Scientist"
    EDUCATOR = "educator", "Educator"
    PATIENT = "patient", "Patient or public"
    RESEARCHER = "researcher", "Researcher"
    LIBRARIAN = "librarian", "Librarian"
    ORGANISATION = "organisation", "Organisation"
    OTHER = "other", "Other"


class Visibility(models.IntegerChoices):
    """Who may see a post, widest first."""

    PUBLIC = 0, "public"
    UNLISTED = 1, "unlisted"
    FOLLOWERS = 2, "followers"
    DIRECT = 3, "direct"


class QuotePolicy(models.IntegerChoices):
    """Who may quote a post, narrowest first. One may always quote oneself."""

    NOBODY = 0, "nobody"
    FOLLOWERS = 1, "followers"
    PUBLIC = 2, "everyone"


class Account(models.Model):
    """Somebody who posts: a person, a team or a bot, here or on another server (`domain` is "" here)."""

    id = SortableIdField()
    username = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, default="", blank=True)
    created_at = models.DateTimeField(default=now)

    display_name = models.CharField(max_length=2048, default="", blank=True)
    note = models.TextField(
        default="", blank=True, help_text="Plain text; HTML for accounts of other servers."
    )
    fields = models.JSONField(default=list, blank=True, help_text='[{"name", "value", "verified_at"}]')
    avatar = models.CharField(
        max_length=255, default="", blank=True, help_text="File name in the media store."
    )
    avatar_static = models.CharField(max_length=255, default="", blank=True)
    avatar_description = models.CharField(max_length=1500, default="", blank=True)
    header = models.CharField(max_length=255, default="", blank=True)
    header_static = models.CharField(max_length=255, default="", blank=True)
    header_description = models.CharField(max_length=1500, default="", blank=True)
    role = models.CharField(max_length=16, choices=Role.choices, default="", blank=True)
    specialty = models.CharField(max_length=100, default="", blank=True)
    version = models.IntegerField(
        default=1, help_text="Raised whenever what others see of the profile changes."
    )
    stamp = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Raised by the database (`core.stamps`)."
    )

    is_team = models.BooleanField(default=False)
    bot = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    discoverable = models.BooleanField(default=True)
    indexable = models.BooleanField(
        default=True, help_text="Whether posts may be found by people who search."
    )
    hide_collections = models.BooleanField(default=False)
    memorial = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    limited_at = models.DateTimeField(null=True, blank=True)
    moved_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    default_visibility = models.SmallIntegerField(choices=Visibility.choices, default=Visibility.PUBLIC)
    default_sensitive = models.BooleanField(default=False)
    default_language = models.CharField(max_length=35, default="", blank=True)
    default_quote_policy = models.SmallIntegerField(
        choices=QuotePolicy.choices, default=QuotePolicy.PUBLIC, db_default=QuotePolicy.PUBLIC
    )
    attribution_domains = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="Hosts whose pages may name this account as their author.",
    )

    followers_count = models.IntegerField(default=0)
    following_count = models.IntegerField(default=0)
    posts_count = models.IntegerField(default=0)
    last_post_on = models.DateField(null=True, blank=True)

    uri = models.CharField(max_length=2048, null=True, blank=True)
    url = models.CharField(max_length=2048, default="", blank=True)
    inbox_url = models.CharField(max_length=2048, default="", blank=True)
    shared_inbox_url = models.CharField(max_length=2048, default="", blank=True)
    outbox_url = models.CharField(max_length=2048, default="", blank=True)
    followers_url = models.CharField(max_length=2048, default="", blank=True)
    public_key = models.TextField(default="", blank=True)
    private_key = models.TextField(default="", blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("domain", Lower("username"), name="account_handle"),
            models.UniqueConstraint("uri", name="account_uri"),
        ]
        # Names are looked for by their start on every keystroke of somebody who mentions.
        indexes: ClassVar = [
            models.Index(Lower("username"), name="account_name_start"),
            models.Index(fields=["-followers_count", "id"], name="account_most_followed"),
            models.Index(fields=["moved_to"], condition=Q(moved_to__isnull=False), name="account_moved"),
            models.Index(Lower("specialty"), condition=~Q(specialty=""), name="account_specialty"),
            # Nearly nobody: of each post in a public list it is asked whether its author is one of them, and PostgreSQL went
            # through all accounts for the answer.
            models.Index(fields=["id"], condition=Q(suspended_at__isnull=False), name="account_suspended"),
            models.Index(fields=["id"], condition=Q(limited_at__isnull=False), name="account_limited"),
            models.Index(fields=["id"], condition=Q(domain__gt=""), name="account_elsewhere"),
            # The directory's order: who posted last, then who never did. Said so, it is the same on both databases.
            models.Index(
                IsNull(F("last_post_on"), True),
                F("last_post_on").desc(),
                F("id").desc(),
                name="account_active",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.acct}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also keeps what the account is found by."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if "display_name" in (kwargs.get("update_fields") or ["display_name"]):
                self.keep_name()

    def keep_name(self) -> None:
        """Writes down what the shown name is found by (`NameStart`), in place of the former one."""
        NameStart.objects.filter(account=self).delete()
        starts = rules.name_starts(self.display_name)
        NameStart.objects.bulk_create(NameStart(start=start, account=self) for start in starts)

    @property
    def is_local(self) -> bool:
        return not self.domain

    @property
    def acct(self) -> str:
        """`name` here, `name@domain` elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username


class NameStart(models.Model):
    """What a shown name is found by (`rules.name_starts`): no index finds a word in the middle of a text."""

    pk = models.CompositePrimaryKey("start", "account_id")
    start = models.BinaryField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")


class Rank(models.IntegerChoices):
    """What a person may do for the house."""

    MEMBER = 0, "Member"
    MODERATOR = 10, "Moderator"
    ADMIN = 20, "Admin"


class UserManager(BaseUserManager["User"]):
    """Finds people by the address they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What others see of him is his account."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="user")
    username = models.CharField(max_length=30, unique=True, help_text="The account's name, to sign in with.")
    email = models.EmailField(max_length=320, unique=True)
    rank = models.SmallIntegerField(choices=Rank.choices, default=Rank.MEMBER)
    locale = models.CharField(max_length=35, default="en")
    sign_up_reason = models.TextField(default="", blank=True)
    invite = models.ForeignKey("Invite", models.SET_NULL, null=True, blank=True, related_name="people")
    created_at = models.DateTimeField(default=now)
    sign_up_ip = models.GenericIPAddressField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True, help_text="Off: access has been ended by a moderator.")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    expand_media = models.CharField(max_length=10, default="default")
    expand_spoilers = models.BooleanField(default=False)
    single_keys = models.BooleanField(
        default=True, db_default=True, help_text="Whether pages listen to single keys (WCAG 2.1.4)."
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        # Nearly nobody: whom one may not find yet is asked of every account in every list of people.
        indexes: ClassVar = [
            models.Index(
                fields=["account"], condition=Q(confirmed_at=None) | Q(approved_at=None), name="user_waiting"
            ),
            # Each reading of the instance documents asks when a moderator was here last.
            models.Index(fields=["rank"], name="user_rank"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin opens for this person."""
        return self.rank >= Rank.ADMIN

    @property
    def may_act(self) -> bool:
        """Confirmed, approved and not disabled."""
        return bool(self.is_active and self.confirmed_at and self.approved_at)


class Departure(models.Model):
    """A person has asked for the account to be erased. Nobody sees it from then on, and until `erase_at` he may think again."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="departure")
    asked_at = models.DateTimeField(default=now)
    erase_at = models.DateTimeField(db_index=True)
    begun_at = models.DateTimeField(
        null=True, blank=True, help_text="Erasing has begun; there is no way back."
    )
    held = models.BooleanField(
        default=False,
        help_text="Moderators have suspended the account meanwhile, so thinking again is no way around it.",
    )

    def __str__(self) -> str:
        return f"{self.account} leaves"


class Invite(models.Model):
    """A code that lets people in without waiting for approval."""

    code = models.CharField(max_length=32, unique=True)
    creator = models.ForeignKey(User, models.CASCADE, related_name="invites")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class TeamRight(models.TextChoices):
    """What a member may do: owners also choose the members."""

    OWNER = "owner", "Owner"
    POSTER = "poster", "Poster"


class TeamMembership(models.Model):
    """`member` may act as `team`."""

    team = models.ForeignKey(Account, models.CASCADE, related_name="memberships", db_index=False)
    member = models.ForeignKey(Account, models.CASCADE, related_name="teams")
    right = models.CharField(max_length=8, choices=TeamRight.choices, default=TeamRight.POSTER)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "member"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.member} in {self.team}"


class DrawnAccount(models.Model):
    """What all readers see of the account with that id, in that version, as JSON (`core.drawn`)."""

    id = SameIdField()
    version = models.IntegerField()
    look = models.BigIntegerField(help_text="Says what else than the account it was made of (`api.drawing`).")
    body = models.BinaryField()


class Tie(models.Model):
    """What one account is to another; at most one row of each kind per pair."""

    id = SortableIdField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True


class Follow(Tie):
    """`follower` gets what `followee` posts."""

    follower = models.ForeignKey(Account, models.CASCADE, related_name="following", db_index=False)
    followee = models.ForeignKey(Account, models.CASCADE, related_name="followers", db_index=False)
    show_boosts = models.BooleanField(default=True)
    notify = models.BooleanField(default=False)
    languages = models.JSONField(
        null=True, blank=True, help_text="Only posts in these languages; null means all."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["followee", "follower"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followee")), name="follow_not_oneself"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["follower", "id"]),
            models.Index(fields=["followee", "id"]),
            models.Index(fields=["followee"], condition=Q(notify=True), name="follow_notify"),
            models.Index(
                fields=["followee", "follower"],
                condition=Q(show_boosts=False) | Q(languages__isnull=False),
                name="follow_choosy",
            ),
        ]


class FollowRequest(Tie):
    """A follow that waits for the followee's consent."""

    follower = models.ForeignKey(Account, models.CASCADE, related_name="requests_made")
    followee = models.ForeignKey(Account, models.CASCADE, related_name="requests_received", db_index=False)
    show_boosts = models.BooleanField(default=True)
    notify = models.BooleanField(default=False)
    languages = models.JSONField(null=True, blank=True)
    uri = models.CharField(max_length=2048, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["followee", "follower"], name="request_once")
        ]


class Block(Tie):
    """Neither sees the other."""

    blocker = models.ForeignKey(Account, models.CASCADE, related_name="blocking", db_index=False)
    blocked = models.ForeignKey(Account, models.CASCADE, related_name="blocked_by", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once")]
        indexes: ClassVar = [models.Index(fields=["blocked", "blocker"])]


class Mute(Tie):
    """`muter` is spared what `muted` posts, who does not learn of it."""

    muter = models.ForeignKey(Account, models.CASCADE, related_name="muting", db_index=False)
    muted = models.ForeignKey(Account, models.CASCADE, related_name="muted_by", db_index=False)
    hide_notifications = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["muter", "muted"], name="mute_once")]
        indexes: ClassVar = [models.Index(fields=["muted", "muter"])]


class DomainBlock(Tie):
    """One person's own refusal of a whole server."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="domain_blocks", db_index=False)
    domain = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "domain"], name="domain_block_once")
        ]


class AccountNote(Tie):
    """A private note of one account about another."""

    author = models.ForeignKey(Account, models.CASCADE, related_name="notes_written", db_index=False)
    subject = models.ForeignKey(Account, models.CASCADE, related_name="+")
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["author", "subject"], name="note_once")]


class Endorsement(Tie):
    """`account` shows `endorsed` on its profile."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="endorsements", db_index=False)
    endorsed = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "endorsed"], name="endorsement_once")
        ]


class DismissedSuggestion(Tie):
    """`account` does not want `dismissed` suggested again."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    dismissed = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "dismissed"], name="dismissal_once")
        ]
