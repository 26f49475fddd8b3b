"""The only doors from an id to a round or a step, for a person. Absent, not yet released and not for you are one answer."""

from django.db.models import Q, QuerySet

from openrounds.accounts.models import Account, TeamMembership
from openrounds.core import db
from openrounds.core.errors import Gone, NotFound
from openrounds.posts.visibility import may_see
from openrounds.rounds.models import Ask, Contribution, Facilitator, Question, Round, Series, State, Step
from openrounds.rounds.rules import LISTED, PUBLISHED

_HOSTS = (
    "SELECT 1 FROM accounts_teammembership WHERE team_id = %s AND member_id = %s "
    "UNION ALL SELECT 1 FROM rounds_facilitator WHERE round_id = %s AND account_id = %s LIMIT 1"
)
_PARTS = ("host", "hashtag", "series")


def hosts(viewer_id: int | None, round: Round) -> bool:
    """Whether the viewer runs the round: as its host, as a member of the host team, or as a facilitator; one query at most."""
    if viewer_id is None:
        return False
    if viewer_id == round.host_id:
        return True
    return db.row(_HOSTS, [round.host_id, viewer_id, round.pk, viewer_id]) is not None


def hosts_of(round: Round) -> list[Account]:
    """The people who run the round: its host or the members of the host team, and its facilitators; one query."""
    members = TeamMembership.objects.filter(team_id=round.host_id).values("member_id")
    facilitators = Facilitator.objects.filter(round=round).values("account_id")
    among = Q(pk=round.host_id) | Q(pk__in=members) | Q(pk__in=facilitators)
    found = Account.objects.filter(among, user__isnull=False, suspended_at=None)
    return list(found.select_related("user").order_by("pk"))


def hosted_by(viewer_id: int) -> Q:
    """The condition on rounds: the viewer runs them."""
    teams = TeamMembership.objects.filter(member_id=viewer_id).values("team_id")
    return Q(host_id=viewer_id) | Q(host_id__in=teams) | Q(facilitators__account_id=viewer_id)


def access_round(viewer_id: int | None, round_id: int) -> Round:
    """A round that the viewer may look at: published, or his own draft. Raises NotFound, Gone (withdrawn)."""
    return _for_viewer(viewer_id, Round.objects.filter(pk=round_id))


def access_round_named(viewer_id: int | None, slug: str) -> Round:
    """The same, by the name in its address."""
    return _for_viewer(viewer_id, Round.objects.filter(slug=slug))


def _for_viewer(viewer_id: int | None, found: QuerySet[Round]) -> Round:
    round = found.select_related(*_PARTS).first()
    if round is None:
        raise NotFound
    hosting = hosts(viewer_id, round)
    if not hosting and (round.state not in PUBLISHED or round.host.suspended_at):
        raise NotFound
    if round.state == State.WITHDRAWN and not hosting:
        raise Gone("This round has been withdrawn by its hosts")
    return round


def access_hosted(viewer_id: int, round_id: int) -> Round:
    """A round that the viewer runs. Others are not told whether there is one."""
    round = Round.objects.select_related(*_PARTS).filter(pk=round_id).first()
    if round is None or not hosts(viewer_id, round):
        raise NotFound
    return round


def access_step(viewer_id: int | None, round_id: int, position: int) -> Step:
    """A released step of a round that the viewer may look at."""
    round = access_round(viewer_id, round_id)
    step = round.steps.filter(position=position, released_at__isnull=False).first()
    if step is None:
        raise NotFound
    step.round = round
    return step


def access_released_step(viewer_id: int | None, round_id: int, step_id: int) -> Step:
    """The same, by its id."""
    round = access_round(viewer_id, round_id)
    step = round.steps.filter(pk=step_id, released_at__isnull=False).first()
    if step is None:
        raise NotFound
    step.round = round
    return step


def access_hosted_step(viewer_id: int, step_id: int) -> Step:
    """A step, released or not, of a round that the viewer runs."""
    step = Step.objects.select_related("round__host", "round__hashtag").filter(pk=step_id).first()
    if step is None or not hosts(viewer_id, step.round):
        raise NotFound
    return step


def access_contribution(viewer_id: int, round_id: int, post_id: int) -> Contribution:
    """A contribution to a round that the viewer runs."""
    round = access_hosted(viewer_id, round_id)
    found = Contribution.objects.filter(round=round, post_id=post_id).select_related("post", "step").first()
    if found is None:
        raise NotFound
    found.round = round
    return found


def access_ask(viewer_id: int, round_id: int, ask_id: int) -> Ask:
    """A question asked privately in a round that the viewer runs."""
    round = access_hosted(viewer_id, round_id)
    found = Ask.objects.filter(round=round, pk=ask_id).select_related("asker").first()
    if found is None:
        raise NotFound
    found.round = round
    return found


def access_question(viewer_id: int | None, question_id: int) -> Question:
    """A multiple-choice question whose poll is published, by itself or with its step."""
    found = (
        Question.objects.filter(pk=question_id).select_related("poll__post", "step__round", "author").first()
    )
    if found is None or found.poll is None or not may_see(viewer_id, found.poll.post_id):
        raise NotFound
    if found.step is not None:
        access_round(viewer_id, found.step.round_id)
    return found


def access_key(viewer_id: int | None, question_id: int) -> Question:
    """A question whose key, explanations and references the viewer may read. Others are not told whether there is one."""
    found = Question.objects.filter(pk=question_id).select_related("step__round").first()
    if found is not None and runs_question(viewer_id, found):
        return found
    shown = access_question(viewer_id, question_id)
    if not may_see_key(shown, viewer_id):
        raise NotFound
    return shown


def may_see_key(question: Question, viewer_id: int | None) -> bool:
    """After one's own answer, once the poll or the round is over, and for those who run it. One or two queries."""
    poll = question.poll
    if poll is None:
        return False
    if poll.expired or (question.step is not None and question.step.round.state == State.CLOSED):
        return True
    if viewer_id is None:
        return False
    return viewer_id == question.author_id or poll.ballots.filter(account_id=viewer_id).exists()


def runs_question(viewer_id: int | None, question: Question) -> bool:
    """Whether the viewer wrote it, acts for whoever did, or runs the round that it belongs to; two queries at most."""
    if viewer_id is None:
        return False
    if question.step is not None and hosts(viewer_id, question.step.round):
        return True
    return acts_for(viewer_id, question.author_id)


def questions_run_by(viewer_id: int) -> Q:
    """The same as a condition on questions."""
    teams = TeamMembership.objects.filter(member_id=viewer_id).values("team_id")
    rounds = Round.objects.filter(hosted_by(viewer_id)).values("pk")
    return Q(author_id=viewer_id) | Q(author_id__in=teams) | Q(step__round_id__in=rounds)


def access_series(slug: str) -> Series:
    """A series by the name in its address; series are public as soon as they are made."""
    return _public_series(Series.objects.filter(slug=slug))


def access_series_by_id(series_id: int) -> Series:
    """The same, by its id."""
    return _public_series(Series.objects.filter(pk=series_id))


def _public_series(wanted: QuerySet[Series]) -> Series:
    found = wanted.select_related("host", "hashtag").first()
    if found is None or found.host.suspended_at:
        raise NotFound
    return found


def access_hosted_series(viewer_id: int, series_id: int) -> Series:
    """A series whose host the viewer is or acts for."""
    found = Series.objects.select_related("host", "hashtag").filter(pk=series_id).first()
    if found is None or not acts_for(viewer_id, found.host_id):
        raise NotFound
    return found


def acts_for(viewer_id: int, host_id: int) -> bool:
    """Whether the viewer is that account, or a member of that team."""
    member = TeamMembership.objects.filter(team_id=host_id, member_id=viewer_id)
    return viewer_id == host_id or member.exists()


def check_host(viewer_id: int, host_id: int) -> None:
    """Raises NotFound unless the viewer may make rounds for that account."""
    if not acts_for(viewer_id, host_id):
        raise NotFound


def listed(viewer_id: int | None) -> Q:
    """The condition on rounds in lists: published and not withdrawn, or the viewer's own."""
    public = Q(state__in=LISTED, host__suspended_at=None)
    return public if viewer_id is None else public | hosted_by(viewer_id)
