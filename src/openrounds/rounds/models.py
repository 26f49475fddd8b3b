"""Rows of rounds: what a host releases step by step, what learners commit to, and which posts belong to the debate."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.db import SortableIdField
from openrounds.hashtags.models import Hashtag
from openrounds.media.models import MediaFile
from openrounds.posts.models import Poll, Post
from openrounds.posts.rules import OPTION_CHARACTERS


class Kind(models.TextChoices):
    """What is discussed, which says what a step is: a stage of a case, a question of a chat."""

    CASE = "case", "Case"
    CHAT = "chat", "Chat"


class State(models.TextChoices):
    """Where a round is on its way; `rules.NEXT` says which way it may go."""

    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    OPEN = "open", "Open"
    CLOSING = "closing", "Closing"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Basis(models.TextChoices):
    """Why this may be shown to everybody."""

    FICTIONAL = "fictional", "Entirely fictional"
    COMPOSITE = "composite", "Composite of several patients, none recognisable"
    CONSENTED = "consented", "The patient has consented"
    PUBLIC_DOMAIN = "public_domain", "Already in the public domain"
    SYNTHETIC = "synthetic", "Synthetic data"


class Level(models.TextChoices):
    """Whom it is written for."""

    STUDENT = "student", "Students"
    FOUNDATION = "foundation", "Foundation and interns"
    REGISTRAR = "registrar", "Registrars and residents"
    CONSULTANT = "consultant", "Consultants and attendings"
    PUBLIC = "public", "Patients and public"


class Licence(models.TextChoices):
    """What others may do with it (SPDX identifiers)."""

    CC_BY = "CC-BY-4.0", "CC BY 4.0"
    CC_BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
    CC_BY_NC = "CC-BY-NC-4.0", "CC BY-NC 4.0"
    CC_BY_NC_SA = "CC-BY-NC-SA-4.0", "CC BY-NC-SA 4.0"
    CC_BY_NC_ND = "CC-BY-NC-ND-4.0", "CC BY-NC-ND 4.0"
    CC_BY_ND = "CC-BY-ND-4.0", "CC BY-ND 4.0"
    CC0 = "CC0-1.0", "CC0 (no rights reserved)"
    ALL_RIGHTS = "all-rights", "All rights reserved"


class Series(models.Model):
    """Recurring rounds: the same host, hashtag and hour. `rrule` (RFC 5545) counts from `starts_at`, a wall-clock time in
    `time_zone`, so that nine o'clock stays nine o'clock when the clocks change."""

    id = SortableIdField()
    slug = models.CharField(max_length=80, unique=True)
    host = models.ForeignKey(Account, models.CASCADE, related_name="series")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=200)
    description = models.TextField(default="", blank=True, help_text="Markdown.")
    hashtag = models.ForeignKey(Hashtag, models.PROTECT, related_name="+")
    time_zone = models.CharField(max_length=64, help_text="A name of the IANA database.")
    starts_at = models.CharField(max_length=16, help_text="The first hour, local: 2026-11-24T20:00.")
    rrule = models.CharField(max_length=200, default="", blank=True)
    minutes = models.PositiveIntegerField(default=60)
    notice_minutes = models.PositiveIntegerField(
        default=30, help_text="How long before the hour it is announced; 0 for not at all."
    )
    licence = models.CharField(max_length=20, choices=Licence.choices, default=Licence.CC_BY)
    created_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.title


class Round(models.Model):
    """A hosted discussion under a hashtag.

    `version` is raised by every change of what hosts write about the whole: an edit of an older version is a conflict. Steps
    have their own, so that two people can write at two of them.
    `sequence` is raised whenever the calendar entry changes (RFC 5545).
    """

    id = SortableIdField()
    slug = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    host = models.ForeignKey(Account, models.CASCADE, related_name="rounds")
    series = models.ForeignKey(Series, models.SET_NULL, null=True, blank=True, related_name="rounds")
    hashtag = models.ForeignKey(Hashtag, models.PROTECT, related_name="+")
    language = models.CharField(max_length=35, default="en")

    title = models.CharField(max_length=200)
    intro = models.TextField(
        default="", blank=True, help_text="Markdown; shown before it opens: pre-reading, what is asked."
    )
    basis = models.CharField(max_length=16, choices=Basis.choices, default="", blank=True)
    basis_note = models.CharField(max_length=500, default="", blank=True)
    specialty = models.CharField(max_length=100, default="", blank=True, help_text="MeSH H02.403.")
    presentation = models.CharField(max_length=100, default="", blank=True)
    level = models.CharField(max_length=16, choices=Level.choices, default="", blank=True)
    image_kinds = models.JSONField(default=list, blank=True)
    licence = models.CharField(max_length=20, choices=Licence.choices, default=Licence.CC_BY)
    care = models.JSONField(default=dict, blank=True, help_text="CARE items by name: text.")
    diagnoses = models.JSONField(
        default=list, blank=True, help_text="Answers that count as right; secret until it is closed."
    )

    time_zone = models.CharField(max_length=64, default="Europe/London")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    notice_minutes = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    closing_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=500, default="", blank=True)

    slow_seconds = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    thread = models.BigIntegerField(default=0, help_text="The thread that its announcing posts make.")
    notice_post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    base_url = models.CharField(
        max_length=255,
        default="",
        help_text="How this server was called when it was written, for links in posts.",
    )

    created_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    version = models.IntegerField(default=1)
    sequence = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "scheduled"], opened_at=None)
                | Q(state__in=["open", "closing", "closed"], opened_at__isnull=False)
                | Q(state="withdrawn", withdrawn_at__isnull=False),
                name="round_opened",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="round_closed"
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="round_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(kind="case") | Q(state="draft") | Q(state="withdrawn") | ~Q(basis=""),
                name="case_has_basis",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "id"]),
            models.Index(fields=["host", "id"]),
            models.Index(
                fields=["hashtag"], condition=Q(state__in=["open", "closing"]), name="round_running"
            ),
            models.Index(
                fields=["thread"], condition=Q(state__in=["open", "closing"]), name="round_running_thread"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Facilitator(models.Model):
    """`account` may run the round although it is no member of the host team."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="facilitators")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "account"], name="facilitator_once")
        ]


class ReleaseBy(models.TextChoices):
    """What opens a step."""

    HAND = "hand", "By hand"
    TIME = "time", "At a time"
    COMMITMENTS = "commitments", "When enough have answered"


class Step(models.Model):
    """A stage of a case, a question of a chat. Before `released_at` it is a secret of the hosts."""

    id = SortableIdField()
    round = models.ForeignKey(Round, models.CASCADE, related_name="steps")
    position = models.SmallIntegerField(help_text="From 1.")
    title = models.CharField(max_length=200, default="", blank=True)
    text = models.TextField(default="", blank=True, help_text="Markdown.")
    results = models.JSONField(
        default=list, blank=True, help_text="Rows of {test, value, unit, range, flag}; flag is '', H or L."
    )
    questions = models.JSONField(default=list, blank=True, help_text="Open questions, in order.")
    announcement = models.CharField(
        max_length=300, default="", blank=True, help_text="What the announcing post says beside the link."
    )
    commit_first = models.BooleanField(
        default=False, help_text="The next step opens to a learner once he has committed to an answer here."
    )
    release_by = models.CharField(max_length=12, choices=ReleaseBy.choices, default=ReleaseBy.HAND)
    release_at = models.DateTimeField(null=True, blank=True)
    release_after = models.PositiveIntegerField(
        null=True, blank=True, help_text="Commitments to the step before."
    )
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    post = models.OneToOneField(Post, models.SET_NULL, null=True, blank=True, related_name="step")
    version = models.IntegerField(
        default=1, help_text="Raised by every edit, so that two editors do not overwrite each other."
    )

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "position"], name="step_place"),
            models.CheckConstraint(condition=Q(position__gte=1), name="step_from_one"),
            models.CheckConstraint(
                condition=~Q(release_by="time") | Q(release_at__isnull=False), name="step_time"
            ),
            models.CheckConstraint(
                condition=~Q(release_by="commitments") | Q(release_after__gte=1), name="step_commitments"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.position}"


class StepPicture(models.Model):
    """A picture of a step; its files are held back until the release."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="pictures")
    media = models.OneToOneField(MediaFile, models.CASCADE, related_name="+")
    position = models.SmallIntegerField()
    kind = models.CharField(max_length=40, default="", blank=True, help_text="Blood film, ECG, radiograph …")
    licence = models.CharField(
        max_length=20, choices=Licence.choices, default="", blank=True, help_text="Empty: the round's."
    )
    credit = models.CharField(
        max_length=200, default="", blank=True, help_text="Whose it is, where it is not the hosts'."
    )

    class Meta:
        ordering: ClassVar = ["position", "id"]


class Question(models.Model):
    """A multiple-choice question: of a step, or of a post by itself. Its key is a secret until one has answered or it is over.

    Its votes are the poll's, so that a plain Mastodon app can answer.
    """

    id = SortableIdField()
    step = models.OneToOneField(Step, models.CASCADE, null=True, blank=True, related_name="question")
    author = models.ForeignKey(Account, models.CASCADE, related_name="questions")
    poll = models.OneToOneField(Poll, models.SET_NULL, null=True, blank=True, related_name="question")
    text = models.TextField()
    multiple = models.BooleanField(default=False)
    minutes = models.PositiveIntegerField(default=7 * 24 * 60, help_text="How long the poll is open.")
    licence = models.CharField(
        max_length=20, choices=Licence.choices, default="", blank=True, help_text="Empty: the round's."
    )
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.text[:60]


class Option(models.Model):
    """An answer to choose, whether it is right, why, and where that is written."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    position = models.SmallIntegerField()
    title = models.CharField(max_length=OPTION_CHARACTERS)
    right = models.BooleanField(default=False)
    explanation = models.TextField(default="", blank=True)
    reference = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "position"], name="answer_place")
        ]


class Commitment(models.Model):
    """A learner's answer to a step, given before the reveal, never changed."""

    id = SortableIdField()
    step = models.ForeignKey(Step, models.CASCADE, related_name="commitments")
    account = models.ForeignKey(Account, models.CASCADE, related_name="commitments")
    created_at = models.DateTimeField(default=now)
    level = models.CharField(max_length=16, default="", blank=True, help_text="The learner's role then.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["step", "account"], name="commit_once")]


class Guess(models.Model):
    """A line of a ranked differential; `mesh` is its descriptor, if chosen."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="guesses")
    rank = models.SmallIntegerField()
    text = models.CharField(max_length=120)
    mesh = models.CharField(max_length=12, default="", blank=True)
    confidence = models.SmallIntegerField(help_text="Per cent.")

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commitment", "rank"], name="guess_rank"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=100), name="guess_per_cent"
            ),
        ]


class Progress(models.Model):
    """How far an account has come in a round: the last step it was shown, the last post it has read."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    seen_step = models.SmallIntegerField(default=0)
    read_post = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "account"], name="progress_once")]


class Mark(models.TextChoices):
    """What a facilitator says of a contribution."""

    KEY_POINT = "key_point", "Key point"
    COMMON_ERROR = "common_error", "Common error"
    NEEDS_SOURCE = "needs_source", "Needs a source"


class Way(models.TextChoices):
    """How a post came to belong to the debate."""

    HASHTAG = "hashtag", "Under the hashtag"
    THREAD = "thread", "In an announcing thread, without the hashtag"
    HOST = "host", "Announcement"


class Contribution(models.Model):
    """`post` belongs to the debate of the round, and to that step. A deleted post stays as a gap."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="contributions")
    post = models.ForeignKey(Post, models.CASCADE, related_name="contributions")
    step = models.ForeignKey(Step, models.SET_NULL, null=True, blank=True, related_name="contributions")
    way = models.CharField(max_length=8, choices=Way.choices)
    moved = models.BooleanField(default=False, help_text="A facilitator chose the step.")
    mark = models.CharField(max_length=16, choices=Mark.choices, default="", blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    same_as = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="folded",
        help_text="The first that said the same, in the same step; never one that is folded itself.",
    )
    cites = models.SmallIntegerField(default=0, help_text="How many papers it names.")
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, default="", blank=True)
    hidden_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "post"], name="contribution_once"),
            models.CheckConstraint(condition=~Q(same_as=F("id")), name="not_same_as_itself"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post"]),
            models.Index(fields=["step", "post"]),
            models.Index(
                fields=["round", "mark"],
                condition=~Q(mark="") | ~Q(pinned_at=None),
                name="contribution_marked",
            ),
        ]


class Ask(models.Model):
    """A question put privately to the facilitators, who may publish it without its asker."""

    id = SortableIdField()
    round = models.ForeignKey(Round, models.CASCADE, related_name="asks")
    step = models.ForeignKey(Step, models.SET_NULL, null=True, related_name="+")
    asker = models.ForeignKey(Account, models.CASCADE, related_name="+")
    text = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=now)
    answer = models.CharField(max_length=500, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    post = models.OneToOneField(Post, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.text[:60]


class Summary(models.Model):
    """What was learned; written by the hosts at the close. It shows once the round is closed."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="summary")
    text = models.TextField(help_text="Markdown.")
    lay_text = models.TextField(
        default="", blank=True, help_text="The same in plain words, for patients and public; Markdown."
    )
    written_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(default=now)


class Lookup(models.TextChoices):
    """What asking the registry of a reference has brought."""

    WAITING = "waiting", "Not looked up yet"
    RESOLVED = "resolved", "Found"
    NOT_FOUND = "not_found", "Not found"
    OFFLINE = "offline", "Could not be looked up"


class LookedUp(models.Model):
    """What a registry, or a page itself, says of a DOI, PMID or URL; the citation comes when it has been looked up."""

    KINDS: ClassVar = [("doi", "DOI"), ("pmid", "PMID"), ("url", "Link")]

    id = SortableIdField()
    kind = models.CharField(max_length=4, choices=KINDS)
    value = models.CharField(max_length=2048)
    state = models.CharField(max_length=10, choices=Lookup.choices, default=Lookup.WAITING)
    title = models.CharField(max_length=1000, default="", blank=True)
    authors = models.CharField(max_length=500, default="", blank=True)
    container = models.CharField(max_length=500, default="", blank=True, help_text="Journal or site.")
    year = models.SmallIntegerField(null=True, blank=True)
    citation = models.TextField(default="", blank=True)
    retracted = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def url(self) -> str:
        """Where it is read."""
        start = {"doi": "https://doi.org/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/"}.get(self.kind, "")
        return f"{start}{self.value}"


class Paper(LookedUp):
    """A DOI or PMID, however many rounds and contributions cite it: it is asked for once."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "value"], name="paper_once")]
        indexes: ClassVar = [models.Index(fields=["checked_at"])]


class Reference(LookedUp):
    """A paper or page that a round rests on."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="references")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "kind", "value"], name="reference_once")
        ]


class Citing(models.Model):
    """A contribution names a paper, as the `position`th of those that it names."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="citings")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="citings")
    position = models.SmallIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contribution", "paper"], name="citing_once")
        ]


class ArchivedComment(models.Model):
    """What somebody said elsewhere, brought here by an import: the name as written, no account."""

    id = SortableIdField()
    round = models.ForeignKey(Round, models.CASCADE, related_name="archived_comments")
    step = models.ForeignKey(Step, models.SET_NULL, null=True, blank=True, related_name="+")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=200)
    said_at = models.DateTimeField()
    text = models.TextField(help_text="Markdown.")
