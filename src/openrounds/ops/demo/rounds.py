"""The demo's cases and chats, each as a play (`play.Play`)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from msgspec import UNSET, structs

from openrounds.ops.demo.cases import Answer, Case, Mcq, Said, Session, cases, chat
from openrounds.ops.demo.play import Play, Scene
from openrounds.ops.demo.stage import Stage
from openrounds.rounds import actions
from openrounds.rounds.drafts import OptionDraft, QuestionDraft, ResultRow, RoundDraft, SeriesDraft, StepDraft
from openrounds.rounds.models import ReleaseBy, Series

LONGEST_POLL = 30 * 24 * 60  # minutes


# ------------------------------------------------------------------------------------------------------- cases
def case_play(stage: Stage, case: Case, base_url: str) -> Play:
    opens = stage.present + timedelta(hours=case.opens)
    closes = stage.present + timedelta(hours=case.closes)
    points = "".join(f"\n- {point}" for point in case.points)
    return Play(
        stage=stage,
        kind=case.kind,
        host=case.host,
        by=case.by,
        draft=RoundDraft(
            title=case.title,
            hashtag=case.hashtag,
            intro=case.intro.strip(),
            basis=case.basis,
            basis_note=case.basis_note,
            specialty=case.specialty,
            presentation=case.presentation,
            level=case.level,
            image_kinds=case.image_kinds,
            licence=case.licence,
            diagnoses=case.diagnoses,
            opens_at=opens if opens > stage.present else None,
            closes_at=_still_open(stage, closes),
        ),
        scenes=list(_scenes_of(case, stage.present, opens, closes)),
        opens=opens,
        closes=closes,
        references=case.references,
        summary=f"{case.summary.strip()}\n\n### Learning points\n{points}",
        lay_summary=case.lay_summary.strip(),
        base_url=base_url,
        asks=case.asks,
    )


def _still_open(stage: Stage, closes: datetime) -> datetime:
    """Until the close has been played: a round whose end has passed would end at once."""
    return max(closes, stage.present + timedelta(days=1))


def _scenes_of(case: Case, present: datetime, opens: datetime, closes: datetime) -> Iterator[Scene]:
    for step in case.steps:
        begins = opens + timedelta(hours=step.after)
        held_back = begins > present
        minutes = (
            min(int((closes - begins).total_seconds() // 60), LONGEST_POLL)
            if closes > present
            else LONGEST_POLL
        )
        yield Scene(
            draft=StepDraft(
                title=step.title,
                text=step.text.strip(),
                results=[ResultRow(**structs.asdict(row)) for row in step.results],
                questions=step.questions,
                announcement=step.announcement,
                commit_first=step.commit_first,
                release_by=ReleaseBy.TIME if held_back else ReleaseBy.HAND,
                release_at=begins if held_back else None,
                question=_question(step.mcq, minutes) if step.mcq else None,
            ),
            begins=begins,
            by=case.by,
            said=step.debate,
            unit=timedelta(hours=1),
            figures=step.figures,
            commitments=step.commitments,
            mcq=step.mcq,
        )


def _question(mcq: Mcq, minutes: int) -> QuestionDraft:
    return QuestionDraft(text=mcq.text, options=[_option(option) for option in mcq.options], minutes=minutes)


def _option(option: Answer) -> OptionDraft:
    return OptionDraft(
        title=option.title, right=option.right, explanation=option.explanation, reference=option.reference
    )


# ------------------------------------------------------------------------------------------------------- chats
class ChatPlay(Play):
    """A session of the series, which makes the next one itself."""

    def series(self) -> Series:
        return series_of(self.stage, self.base_url)


class NextChatPlay(ChatPlay):
    def write(self) -> None:
        self.round = self.series().rounds.get(opens_at__gt=self.stage.present)
        actions.edit_round(self.round, structs.replace(self.draft, closes_at=UNSET), None)
        self.fill()

    def schedule(self) -> None:
        """It is in the calendar since the series was made."""


def series_of(stage: Stage, base_url: str) -> Series:
    """The demo's series, made when its first session is written."""
    talk = chat()
    found = Series.objects.filter(slug=slugify(talk.title)).first()
    if found is not None:
        return found
    first = max(session.weeks for session in talk.sessions)
    draft = SeriesDraft(
        title=talk.title,
        description=talk.description.strip(),
        hashtag=talk.hashtag,
        time_zone=talk.time_zone,
        starts_at=f"{_session_start(stage.present, first):%Y-%m-%dT%H:%M}",
        rrule=f"FREQ=WEEKLY;BYDAY={talk.weekday}",
        minutes=talk.minutes,
        notice_minutes=talk.notice_minutes,
        licence=talk.licence,
    )
    made = actions.create_series(
        stage.accounts[talk.by], stage.accounts[talk.host], "chat", draft, base_url=base_url
    )
    made.slug = slugify(talk.title)
    made.save(update_fields=["slug"])
    return made


def _session_start(present: datetime, weeks: int) -> datetime:
    """The local hour of the session that many weeks ago (1: the latest that is quite over; -1: the next)."""
    talk = chat()
    zone = ZoneInfo(talk.time_zone)
    hour, minute = map(int, talk.hour.split(":"))
    latest = (present - timedelta(minutes=2 * talk.minutes)).astimezone(zone)
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(talk.weekday)
    start = latest.replace(hour=hour, minute=minute, second=0, microsecond=0)
    start -= timedelta(days=(start.weekday() - weekday) % 7)
    if start > latest:
        start -= timedelta(days=7)
    return start - timedelta(weeks=weeks - 1 if weeks > 0 else weeks)


def chat_play(stage: Stage, session: Session, base_url: str) -> Play:
    talk = chat()
    opens = _session_start(stage.present, session.weeks)
    points = "".join(f"\n- {point}" for point in session.points)
    kind = ChatPlay if session.weeks > 0 else NextChatPlay
    return kind(
        stage=stage,
        kind="chat",
        host=talk.host,
        by=session.by,
        draft=RoundDraft(
            title=session.title,
            hashtag=talk.hashtag,
            intro=session.intro.strip(),
            licence=talk.licence,
            closes_at=_still_open(stage, opens),
        ),
        scenes=[
            Scene(
                draft=StepDraft(text=question.text),
                begins=opens + timedelta(minutes=question.after),
                by=question.by,
                said=[_in_session(line, question.after, talk.hashtag) for line in question.answers],
                unit=timedelta(minutes=1),
            )
            for question in session.questions
        ],
        opens=opens,
        closes=opens + timedelta(minutes=talk.minutes),
        references=session.references,
        summary=f"{session.summary.strip()}\n\n### To take home\n{points}",
        base_url=base_url,
    )


def _in_session(line: Said, asked: float, hashtag: str) -> Said:
    """An answer as it is posted: minutes after its question, and under the hashtag."""
    return structs.replace(line, after=line.after - asked, text=f"{line.text} #{hashtag}")


def plays(stage: Stage, base_url: str) -> list[Play]:
    found = [case_play(stage, case, base_url) for case in cases()]
    return found + [chat_play(stage, session, base_url) for session in chat().sessions]


def steps() -> int:
    """About how many steps the rounds take, for the progress bar."""
    debates = [step.debate for case in cases() for step in case.steps]
    answers = [question.answers for session in chat().sessions for question in session.questions]
    return sum(2 + len(lines) for lines in [*debates, *answers])
