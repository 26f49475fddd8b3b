"""Plays one round of the demo: written, opened, debated and closed by the same actions that everybody uses.

A play is a list of moments and of what happens then, for `build` to mix with everything else of that month. What the actions
date to now, and a reader would see, is dated back here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from msgspec import structs

from openrounds.jobs.models import Job
from openrounds.media.actions import upload
from openrounds.ops.demo.cases import ANNOUNCEMENT, Asked, Figure, Guesses, Mcq, Said, papers
from openrounds.ops.demo.script import Line
from openrounds.ops.demo.stage import Event, Stage
from openrounds.posts.actions import vote
from openrounds.posts.models import Poll, Post
from openrounds.rounds import actions
from openrounds.rounds.drafts import PictureDraft, RoundDraft, StepDraft
from openrounds.rounds.models import (
    Ask,
    Commitment,
    Contribution,
    Lookup,
    Question,
    Reference,
    Round,
    Series,
    Step,
)
from openrounds.rounds.rules import GuessDraft

WRITTEN_BEFORE = timedelta(days=2)


@dataclass(frozen=True)
class Scene:
    """A step, when it comes, and what is said, answered and committed to in it (`unit`: hours of a case, minutes of a chat)."""

    draft: StepDraft
    begins: datetime
    by: str
    said: Sequence[Said]
    unit: timedelta
    figures: Sequence[Figure] = ()
    commitments: Sequence[Guesses] = ()
    mcq: Mcq | None = None


@dataclass
class Play:
    """One round, from its draft to its close."""

    stage: Stage
    kind: str
    host: str
    by: str
    draft: RoundDraft
    scenes: Sequence[Scene]
    opens: datetime
    closes: datetime
    references: Sequence[str]
    summary: str
    base_url: str
    lay_summary: str = ""
    asks: Sequence[Asked] = ()
    round: Round = field(init=False)
    posts: dict[str, Post] = field(default_factory=dict)

    def events(self) -> Iterator[Event]:
        """Everything that has happened by now, and the writing of what has not."""
        present = self.stage.present
        yield min(self.opens, present) - WRITTEN_BEFORE, self.write
        if self.opens > present:
            yield present - timedelta(hours=1), self.schedule
            return
        yield self.opens, self.open
        ends = [*(scene.begins for scene in self.scenes[1:]), self.closes]
        for place, scene in enumerate(self.scenes, 1):
            if scene.begins < present:
                yield from self._scene(place, scene, min(ends[place - 1], present))
        yield from (self._asked(ask) for ask in self.asks)
        if self.closes < present:
            yield self.closes, self.close

    # ------------------------------------------------------------------------------------------------------- the hosts
    def write(self) -> None:
        stage = self.stage
        host = stage.accounts[self.host]
        by, series = stage.accounts[self.by], self.series()
        self.round = actions.create_round(
            by, host, self.kind, self.draft, base_url=self.base_url, series=series
        )
        self.fill()

    def series(self) -> Series | None:
        """What it is one of."""
        return None

    def fill(self) -> None:
        """Its address (the same in every demo), the steps, and what it all rests on."""
        assert isinstance(self.draft.title, str)
        written = min(self.opens, self.stage.present) - WRITTEN_BEFORE
        Round.objects.filter(pk=self.round.pk).update(slug=slugify(self.draft.title), created_at=written)
        self.round.refresh_from_db()
        host_id = self.stage.accounts[self.host].pk
        for scene in self.scenes:
            pictures = [
                PictureDraft(media=self._picture(figure), kind=figure.kind) for figure in scene.figures
            ]
            actions.add_step(
                self.round, structs.replace(scene.draft, pictures=pictures), None, editor_id=host_id
            )
        for value in self.references:
            paper = papers()[value]
            Reference.objects.create(
                round=self.round,
                kind="doi" if value.startswith("10.") else "url",
                value=value,
                state=Lookup.RESOLVED,
                title=paper.title,
                authors=paper.authors,
                container=paper.container,
                year=paper.year,
                citation=paper.citation,
            )

    def _picture(self, figure: Figure) -> int:
        file = SimpleUploadedFile(figure.path.name, figure.path.read_bytes())
        return upload(self.stage.accounts[self.host].pk, file, description=figure.alt, now=True).pk

    def schedule(self) -> None:
        actions.schedule_round(self.round, None)
        self.stage.settle(self.stage.present)

    def open(self) -> None:
        actions.open_round(self.round, at=self.opens)
        self.stage.settle(self.opens)

    def close(self) -> None:
        by, moment = self.stage.accounts[self.by], self.closes
        actions.write_summary(self.round, self.summary, by, lay_text=self.lay_summary)
        actions.begin_closing(self.round)
        actions.close_round(self.round)
        Round.objects.filter(pk=self.round.pk).update(
            closes_at=moment, closing_at=moment, closed_at=moment, updated_at=moment
        )
        polls = Poll.objects.filter(question__step__round=self.round)
        Job.objects.filter(unique_key__in=[f"poll:{poll.pk}" for poll in polls]).update(run_at=moment)
        polls.update(expires_at=moment)
        self.stage.settle(moment)

    # ------------------------------------------------------------------------------------------------------- the debate
    def _scene(self, place: int, scene: Scene, ends: datetime) -> Iterator[Event]:
        yield scene.begins, lambda: self._release(place, scene)
        for line in scene.said:
            at = scene.begins + line.after * scene.unit
            yield at, self._saying(place, line, at)
            if line.mark or line.pinned:
                yield from self.stage.applause(_posted(line), f"{self.opens} {at}", at)
        shortly_before = ends - timedelta(minutes=1)
        if scene.commitments or (scene.mcq and scene.mcq.votes):
            yield shortly_before, lambda: self._answers(place, scene, shortly_before)

    def _step(self, place: int) -> Step:
        return Step.objects.select_related("round").get(round=self.round, position=place)

    def _release(self, place: int, scene: Scene) -> None:
        step = actions.release_step(self._step(place), self.stage.accounts[scene.by], at=scene.begins)
        if step.post is not None:
            self.posts[f"{ANNOUNCEMENT} {place}"] = step.post
        self.stage.settle(scene.begins)

    def _saying(self, place: int, line: Said, at: datetime) -> Callable[[], None]:
        key = f"{ANNOUNCEMENT} {place}" if line.to == ANNOUNCEMENT else line.to

        def happen() -> None:
            post = self.stage.say(_posted(line), at, self.posts.get(key))
            self.stage.said[f"{self.opens} {at}"] = post
            if line.key:
                self.posts[line.key] = post
            self._curate(post, line, at)

        return happen

    def _curate(self, post: Post, line: Said, at: datetime) -> None:
        if line.mark or line.pinned:
            contribution = Contribution.objects.select_related("round", "post").get(
                round=self.round, post=post
            )
            actions.mark(contribution, line.mark)
            actions.pin(contribution, pinned=line.pinned)
            Contribution.objects.filter(pk=contribution.pk, pinned_at__isnull=False).update(pinned_at=at)

    # ------------------------------------------------------------------------------------------------------- the learners
    def _answers(self, place: int, scene: Scene, ends: datetime) -> None:
        """Everybody's answers, in the time that they had."""
        step = self._step(place)
        for line in scene.commitments:
            guesses = tuple(GuessDraft(text, confidence) for text, confidence in line.guesses)
            actions.commit(self.stage.accounts[line.by], step, actions.Answer(guesses=guesses))
        if scene.mcq and scene.mcq.votes:
            self._vote(step, scene)
        for commitment in Commitment.objects.filter(step=step).order_by("pk"):
            commitment.created_at = scene.begins + (ends - scene.begins) * self.stage.chance.random() ** 2
            commitment.save(update_fields=["created_at"])
        self.stage.settle(ends)

    def _vote(self, step: Step, scene: Scene) -> None:
        """By people who have not committed to a differential: a vote is a commitment too."""
        busy = {self.host, self.by, scene.by, "quiet", *(line.by for line in scene.commitments)}
        free = [user.account_id for name, user in self.stage.people.items() if name not in busy]
        assert scene.mcq is not None
        voters = iter(self.stage.chance.sample(free, sum(scene.mcq.votes)))
        poll_id = Question.objects.values_list("poll_id", flat=True).get(step=step)
        for choice, count in enumerate(scene.mcq.votes):
            for _ in range(count):
                vote(next(voters), poll_id, [choice])

    def _asked(self, ask: Asked) -> Event:
        at = self.opens + timedelta(hours=ask.after)

        def happen() -> None:
            step = self._step(ask.step)
            made = actions.ask(self.stage.accounts[ask.by], step.round, ask.text, step=step)
            actions.answer_ask(made, ask.answer)
            Ask.objects.filter(pk=made.pk).update(created_at=at, answered_at=at + timedelta(minutes=20))
            if ask.published:
                actions.promote_ask(made, self.stage.accounts[self.by], at=at + timedelta(minutes=21))
            self.stage.settle(at)

        return at, happen


def _posted(line: Said) -> Line:
    return Line(by=line.by, person=line.person, text=line.text, to=line.to)
