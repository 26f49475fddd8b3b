"""Builds the demo: an invented month on an invented server."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from openrounds.accounts.actions import create_account, edit_profile, follow, set_member
from openrounds.accounts.models import Account, Rank, TeamRight, User
from openrounds.core.clock import now
from openrounds.hashtags.models import Hashtag, HashtagFollow
from openrounds.media.actions import Picture, store_picture
from openrounds.media.rules import ImageShape
from openrounds.moderation.models import Announcement, Rule
from openrounds.ops.demo import pictures, rounds
from openrounds.ops.demo.script import PASSWORD, Line, Person, Team, cast, moment_of, pulls, talk
from openrounds.ops.demo.stage import Event, Stage
from openrounds.posts.actions import bookmark
from openrounds.posts.models import Post
from openrounds.timelines.filter_actions import FilterChange, KeywordChange, create_filter
from openrounds.timelines.list_actions import add_members, create_list

RULES = (
    "No real patients, and nothing by which one could be recognised.",
    "Disagree with the idea; be kind to the person.",
    "Say what you are, and what you do not know.",
    "Name your source.",
)
Advance = Callable[[int], None]


def build(advance: Advance, base_url: str) -> None:
    """Fills an empty database. `advance` is told how many of `steps()` more are done; `base_url` is in links to rounds."""
    unfinished = settings.RUN / "demo-unfinished"
    unfinished.touch()
    _hash_cheaply()
    stage = Stage()
    _people(stage, advance)
    _teams(stage)
    _follows(stage)
    for done, (_, happen) in enumerate(sorted(_events(stage, base_url), key=lambda event: event[0]), 1):
        happen()
        if done % 10 == 0:
            advance(10)
    _extras(stage)
    unfinished.unlink()


def _hash_cheaply() -> None:
    """The demo's password is printed at every start; the first sign-in hashes it again at full cost."""
    hasher = Argon2PasswordHasher
    hasher.time_cost, hasher.memory_cost, hasher.parallelism = 1, 1024, 1


def steps() -> int:
    """About how many steps a build has, for the progress bar."""
    lines = [*talk().posts, *talk().private]
    return 2 * len(cast().people) + 3 * sum(1 + len(line.replies) for line in lines) + rounds.steps()


# --------------------------------------------------------------------------------------------------------- people
def _people(stage: Stage, advance: Advance) -> None:
    for person in cast().people:
        account = create_account(
            username=person.name,
            email=f"{person.name}@demo.example",
            password=PASSWORD,
            role=person.role,
            specialty=person.specialty,
            display_name=person.display[:30],
            confirmed=True,
            approved=True,
        )
        stage.accounts[person.name], stage.people[person.name] = account, account.user
        _age(account, stage.present - timedelta(days=40 - person.pull))
        _dress(account, person)
        advance(2)
    User.objects.filter(username="hana").update(rank=Rank.ADMIN)
    User.objects.filter(username="amara").update(rank=Rank.MODERATOR, last_seen_at=now())
    stage.settle(stage.present - timedelta(days=30))


def _age(account: Account, since: datetime) -> None:
    """Nobody here is a newcomer, whom limits would hold back."""
    account.created_at = since
    account.save(update_fields=["created_at"])
    User.objects.filter(account=account).update(created_at=since, confirmed_at=since, approved_at=since)


def _dress(account: Account, who: Person | Team) -> None:
    avatar = header = None
    if isinstance(who, Team) or who.avatar:
        label = "".join(word[0] for word in who.display.removeprefix("Dr ").removeprefix("Prof ").split()[:2])
        avatar = _store(pictures.avatar(who.name, label.upper()), ImageShape.AVATAR)
    if who.pull >= 7:
        header = _store(pictures.header(who.name), ImageShape.HEADER)
    changes = {"note": who.note, "specialty": who.specialty, "locked": isinstance(who, Person) and who.locked}
    fields = [("Demo", "invented")] + ([("Specialty", who.specialty)] if who.specialty else [])
    edit_profile(account.pk, changes, fields=fields, avatar=avatar, header=header)


def _store(drawn: bytes, shape: ImageShape) -> Picture:
    return store_picture(SimpleUploadedFile("drawn.png", drawn), shape)


def _teams(stage: Stage) -> None:
    for team in cast().teams:
        first, *others = team.owners
        account = create_account(
            username=team.name, team=True, owner=stage.accounts[first], display_name=team.display[:30]
        )
        for owner in others:
            set_member(account.pk, stage.accounts[owner], TeamRight.OWNER)
        for poster in team.posters:
            set_member(account.pk, stage.accounts[poster], TeamRight.POSTER)
        _age(account, stage.present - timedelta(days=35))
        _dress(account, team)
        stage.accounts[team.name] = account


def _follows(stage: Stage) -> None:
    """Nearly everybody follows a few, a few follow nearly everybody."""
    for follower in cast().people:
        eager = stage.chance.uniform(0.2, 0.7)
        with transaction.atomic():  # a thousand commits would take as long as all the rest
            for name, strength in pulls().items():
                likely = (strength / 9) ** 1.7 * eager + 0.02
                if name not in (follower.name, "quiet") and stage.chance.random() < likely:
                    follow(stage.accounts[follower.name].pk, stage.accounts[name].pk)
    stage.settle(stage.present - timedelta(days=30))


# --------------------------------------------------------------------------------------------------------- events
def _events(stage: Stage, base_url: str) -> list[Event]:
    events: list[Event] = []
    for line in (*talk().posts, *talk().private):
        events += _conversation(stage, line, moment_of(line, stage.present))
    for play in rounds.plays(stage, base_url):
        events += play.events()
    return events


def _conversation(stage: Stage, line: Line, at: datetime) -> list[Event]:
    """A post, its replies one after the other, and who liked it."""
    key = f"{line.by} {at}"
    events: list[Event] = [(at, lambda: stage.said.update({key: stage.say(line, at)}))]
    when = at
    for reply in (*line.replies, *_thanks(stage, line)):
        when += min(timedelta(minutes=stage.chance.randint(3, 25)), (stage.present - when) / 3)
        turn = Line(by=reply.by, text=reply.text, visibility=line.visibility)
        events.append((when, _answer(stage, turn, key, when)))
    if line.visibility == "public":
        events += stage.applause(line, key, at)
    return events


def _answer(stage: Stage, line: Line, key: str, at: datetime) -> Callable[[], None]:
    def happen() -> None:
        stage.said[f"{key} {at} {line.by}"] = stage.say(line, at, stage.said[key])

    return happen


def _thanks(stage: Stage, line: Line) -> list[Line]:
    if line.visibility != "public" or stage.chance.random() < 0.6:
        return []
    by = stage.chance.choice([person.name for person in cast().people if person.name != line.by])
    return [Line(by=by, text=stage.chance.choice(talk().thanks))]


# --------------------------------------------------------------------------------------------------------- extras
def _extras(stage: Stage) -> None:
    """What a person who signs in as Asha finds, and what waits for a moderator."""
    asha = stage.accounts["asha"]
    followed = {"hana", "imran", "maeve", "tomasz", "TeamHaemDemo"}
    for name in sorted(followed):
        follow(asha.pk, stage.accounts[name].pk)
    chosen = create_list(asha.pk, "Haematology", replies_policy=None, exclusive=False)
    add_members(asha.pk, chosen.pk, [stage.accounts[name].pk for name in sorted(followed)])
    _filter(asha)
    for tag in Hashtag.objects.filter(name__in=["teamhaemdemo", "ecgoftheweek"]):
        HashtagFollow.objects.get_or_create(account=asha, hashtag=tag)
    for post in Post.objects.filter(account=stage.accounts["priya"], boost_of=None).order_by("-id")[:3]:
        bookmark(asha.pk, post.pk)
    follow(asha.pk, stage.accounts["quiet"].pk)
    for position, text in enumerate(RULES):
        Rule.objects.get_or_create(text=text, defaults={"position": position})
    Announcement.objects.create(
        text="Case 14 is running under #TeamHaemDemo; the summary comes tomorrow evening."
    )
    create_account(
        username="newcomer",
        email="newcomer@demo.example",
        password=PASSWORD,
        role="student",
        reason="I am a second-year student and heard of the case debates from a friend.",
        confirmed=True,
    )
    stage.settle(now())


def _filter(account: Account) -> None:
    create_filter(
        account.pk,
        FilterChange(
            title="Exams", contexts=("home",), keywords=(KeywordChange(keyword="finals", whole_word=True),)
        ),
    )
