"""What is done about rounds when their hour comes, and about posts that are made while one runs."""

from datetime import timedelta

from openrounds.accounts.models import Account
from openrounds.core.clock import ago, now
from openrounds.jobs.registry import Tick, handler
from openrounds.media.models import MediaFile
from openrounds.posts.facts import PostCreated, PostDeleted, PostEdited, Voted
from openrounds.posts.models import Post
from openrounds.rounds import actions, contributions, notes
from openrounds.rounds.actions.commit import commit_by_vote
from openrounds.rounds.actions.question import forget_asked
from openrounds.rounds.facts import AskAnswered, Asked, ContributionHidden, RoundDue, StepDue
from openrounds.rounds.models import Ask, Contribution, Question, ReleaseBy, Round, State, Step, StepPicture

SUMMARY_AWAITED = timedelta(days=14)


@handler()
def release_due(due: StepDue) -> None:
    """Releases a step whose hour has come or whose answers are there; one that was moved or taken back, or whose host is
    suspended, is left alone."""
    waiting = Step.objects.filter(pk=due.step_id, released_at=None, round__host__suspended_at=None)
    step = waiting.select_related("round").first()
    if (
        step is None
        or step.round.state not in (State.SCHEDULED, State.OPEN)
        or step.release_by == ReleaseBy.HAND
    ):
        return
    if step.release_by == ReleaseBy.TIME and (step.release_at is None or step.release_at > now()):
        return
    if step.round.steps.filter(position__lt=step.position, released_at=None).exists():
        return  # it follows when those in front of it are out (`actions.release_step`)
    actions.release_step(step)


@handler()
def open_due(due: RoundDue) -> None:
    round = Round.objects.filter(
        pk=due.round_id, state=State.SCHEDULED, host__suspended_at=None, opens_at__lte=now()
    ).first()
    if round is not None:
        actions.open_round(round)


@handler()
def notice_due(due: RoundDue) -> None:
    round = Round.objects.filter(pk=due.round_id, host__suspended_at=None).first()
    if round is not None:
        actions.announce(round)


@handler()
def close_due(due: RoundDue) -> None:
    round = Round.objects.filter(pk=due.round_id, state=State.OPEN, closes_at__lte=now()).first()
    if round is not None:
        actions.begin_closing(round)


@handler()
def close_forgotten(_: Tick) -> None:
    """A round whose summary nobody wrote is closed without it, and says so."""
    for round in Round.objects.filter(
        state=State.CLOSING, closing_at__lt=ago(seconds=SUMMARY_AWAITED.total_seconds())
    ):
        actions.close_round(round, without_summary=True)


def take_in(fact: PostCreated) -> None:
    """In the post's own transaction: the room shows it with the next request."""
    if fact.boost_of_id is None:
        contributions.take_in_post(fact.post_id)


def take_in_edited(fact: PostEdited) -> None:
    contributions.settle_edited(Post.objects.get(pk=fact.post_id))
    _keep_pictures(fact.post_id)


def leave_gap(fact: PostDeleted) -> None:
    contributions.settle_deleted(fact.post_id)
    _keep_pictures(fact.post_id)
    forget_asked(fact.account_id)


def _keep_pictures(post_id: int) -> None:
    """A step shows its pictures, also when the post that announced it does not any more: nobody sweeps them up."""
    shown = StepPicture.objects.filter(step__post=post_id).values("media_id")
    MediaFile.objects.filter(pk__in=shown, attached_at=None).update(attached_at=now())


def commit_voter(fact: Voted) -> None:
    """A vote in a step's question is the voter's commitment."""
    question = Question.objects.filter(poll__post_id=fact.post_id, step__isnull=False).select_related(
        "step__round"
    )
    found = question.first()
    if found is not None and found.step is not None:
        commit_by_vote(Account.objects.get(pk=fact.account_id), found.step)


@handler()
def tell_author(fact: ContributionHidden) -> None:
    """The author of a post that was taken out of a room hears why, unless it is back meanwhile."""
    found = Contribution.objects.filter(
        round_id=fact.round_id, post_id=fact.post_id, hidden_at__isnull=False, post__deleted_at=None
    )
    hidden = found.select_related("round__host", "round__hashtag", "post__account__user").first()
    if hidden is not None:
        notes.of_hidden(hidden)


@handler()
def tell_asker(fact: AskAnswered) -> None:
    """Whoever asked privately hears that he was answered, or that his question was published without him."""
    found = Ask.objects.filter(pk=fact.ask_id).select_related(
        "round__host", "round__hashtag", "asker__user", "post"
    )
    answered = found.first()
    if answered is not None:
        notes.of_answer(answered)


@handler()
def tell_hosts(fact: Asked) -> None:
    """Whoever runs the round hears that a question waits, unless it is answered meanwhile."""
    waiting = Ask.objects.filter(round_id=fact.round_id, answered_at=None, post=None)
    asked = waiting.filter(pk=fact.ask_id).select_related("round__host", "round__hashtag").first()
    oldest = waiting.order_by("pk").first()
    if asked is not None and oldest is not None:
        notes.of_asks(asked.round, oldest, asked.asker_id)
