"""Makes the demo's people do things at moments of the past month, by the same actions that everybody uses.

The actions date what they write to now; where a reader would see that (boosts, notifications), it is dated back here.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F, Max

from openrounds.accounts.models import Account, User, Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.ids import id_at
from openrounds.jobs.actions import record
from openrounds.jobs.models import Job
from openrounds.jobs.worker import run_due
from openrounds.media.actions import upload
from openrounds.ops.demo.pictures import PICTURES
from openrounds.ops.demo.script import Line, cast, pulls
from openrounds.posts.actions import create_post, favourite, pin, vote
from openrounds.posts.authors import Author
from openrounds.posts.facts import PostCreated
from openrounds.posts.models import Favourite, Poll, Post
from openrounds.posts.rules import Draft, PollDraft
from openrounds.timelines.models import Notification

Event = tuple[datetime, Callable[[], None]]
Act = tuple[Callable[[Account, Post, datetime], None], Account]
QUEUES = ("default", "bulk", "media")  # no mail, and no look at other servers, while a demo is made
VISIBILITIES = {choice.label: choice.value for choice in Visibility}


@dataclass
class Stage:
    """Who is there, what was said, and one source of chance, so that every demo is the same."""

    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    said: dict[str, Post] = field(default_factory=dict)
    present: datetime = field(default_factory=now)
    chance: random.Random = field(default_factory=lambda: random.Random(1857))  # noqa: S311 - no secret
    _told: int = 0

    def author(self, line: Line) -> Author:
        return Author(self.accounts[line.by], self.people[line.person or line.by])

    def say(self, line: Line, at: datetime, to: Post | None = None) -> Post:
        """One post, with its picture or poll, and all that follows from it."""
        author = self.author(line)
        draft = Draft(
            text=self._addressed(line, to),
            spoiler_text=line.cw,
            visibility=VISIBILITIES[line.visibility],
            language="en",
            in_reply_to_id=to.pk if to else None,
            media_ids=(self._picture(line, author.account),) if line.picture else (),
            poll=self._poll(line, at) if line.poll else None,
        )
        post = create_post(author, draft, at=at)
        if line.pinned:
            pin(author.account.pk, post.pk)
        self.settle(at)
        if line.votes:
            self._vote(line, post, at)
        return post

    def _addressed(self, line: Line, to: Post | None) -> str:
        """A reply names whom it answers, as apps write it."""
        if to is None or to.account.username == line.by or f"@{to.account.username}" in line.text:
            return line.text
        return f"@{to.account.username} {line.text}"

    def _picture(self, line: Line, owner: Account) -> int:
        file = SimpleUploadedFile(f"{line.picture}.png", PICTURES[line.picture]())
        return upload(owner.pk, file, description=line.alt, now=True).pk

    def _poll(self, line: Line, at: datetime) -> PollDraft:
        """Open at first, even one that has ended by now: else nobody could vote."""
        lasts = timedelta(hours=line.poll_hours)
        lasts = max(lasts, self.present - at + timedelta(days=1))
        return PollDraft(tuple(line.poll), lasts, hide_totals=line.hide_totals)

    def _vote(self, line: Line, post: Post, at: datetime) -> None:
        others = [user.account_id for name, user in self.people.items() if name not in (line.by, line.person)]
        voters = iter(self.chance.sample(others, sum(line.votes)))
        poll = Poll.objects.get(post=post)
        for place, count in enumerate(line.votes):
            for _ in range(count):
                vote(next(voters), poll.pk, [place])
        ends = at + timedelta(hours=line.poll_hours)
        Poll.objects.filter(pk=poll.pk).update(expires_at=ends)
        Job.objects.filter(unique_key=f"poll:{poll.pk}").update(run_at=ends)
        self.settle(min(ends, self.present))

    def boost(self, account: Account, post: Post, at: datetime) -> None:
        with transaction.atomic():
            made = Post(
                id=(fresh := id_at(at) | db.next_id() & 0xFFFF),
                thread=fresh,
                account=account,
                boost_of=post,
                visibility=post.visibility,
                created_at=at,
            )
            made.save(force_insert=True)
            Post.objects.filter(pk=post.pk).update(boosts_count=F("boosts_count") + 1)
            Account.objects.filter(pk=account.pk).update(posts_count=F("posts_count") + 1)
            record(PostCreated(made.pk, account.pk, post.pk))
        self.settle(at)

    def favourite(self, account: Account, post: Post, at: datetime) -> None:
        favourite(account.pk, post.pk)
        Favourite.objects.filter(account=account, post=post).update(created_at=at)
        self.settle(at)

    def settle(self, at: datetime) -> None:
        """Everything that follows happens, and whoever is told of it was told then."""
        run_due(QUEUES)
        fresh = Notification.objects.filter(pk__gt=self._told)
        if fresh.update(created_at=at):
            self._told = Notification.objects.aggregate(last=Max("pk"))["last"]

    def applause(self, line: Line, key: str, at: datetime) -> list[Event]:
        """Favourites and boosts of what is said under that key, within a day; more for those whom many follow."""
        pull = pulls()[line.by]
        audience = [self.accounts[person.name] for person in cast().people if person.name != line.by]
        fans = self.chance.sample(audience, self.chance.randint(0, 1 + pull // 2))
        boosters = [] if line.to else self.chance.sample(audience, self.chance.randint(0, 1 + pull // 3))
        acts: list[Act] = [(self.favourite, account) for account in fans]
        acts += [(self.boost, account) for account in boosters]
        return [self._later(at, key, act) for act in acts]

    def _later(self, at: datetime, key: str, act: Act) -> Event:
        """Most people come soon, a few much later; nobody in the very moment, whose ids the post itself may need."""
        do, account = act
        spread = min(self.present - at, timedelta(hours=30))
        when = at + spread * (0.002 + 0.998 * self.chance.random() ** 3)
        return when, lambda: do(account, self.said[key], when)
