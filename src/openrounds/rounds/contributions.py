"""Which posts belong to the debate of a round: found out when a post is made, in its own transaction."""

from msgspec import Struct

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.jobs.actions import record
from openrounds.posts.models import Post
from openrounds.rounds.facts import Contributed, ContributionChanged
from openrounds.rounds.merging import pass_on
from openrounds.rounds.models import Contribution, Kind, Step, Way
from openrounds.rounds.rules import label_of, step_of

# Two halves, each by its own partial index: this runs for every post that is made.
_ROOMS = f"""SELECT r.id, r.kind, 1 FROM posts_post p JOIN posts_posthashtag t ON t.post_id = p.id
  JOIN rounds_round r ON r.hashtag_id = t.hashtag_id AND r.state IN ('open', 'closing') AND p.created_at >= r.opened_at
  WHERE p.id = %s AND p.boost_of_id IS NULL AND p.visibility = {Visibility.PUBLIC.value}
  UNION ALL SELECT r.id, r.kind, 0 FROM posts_post p
  JOIN rounds_round r ON r.thread = p.thread AND r.state IN ('open', 'closing') AND p.created_at >= r.opened_at
  WHERE p.id = %s AND p.boost_of_id IS NULL AND p.visibility <= {Visibility.UNLISTED.value}"""


class Room(Struct, frozen=True):
    """A running round that a post belongs to, and how."""

    id: int
    kind: str
    way: Way


def take_in_post(post_id: int) -> None:
    """Makes the post a contribution to every running round that it belongs to."""
    if rooms := rooms_of(post_id):
        post = Post.objects.get(pk=post_id)
        for room in rooms:
            _take_in(post, room)


def rooms_of(post_id: int) -> list[Room]:
    """The running rounds under whose hashtag the post is public, or in whose announcing thread it is; one query."""
    found: dict[int, Room] = {}
    for round_id, kind, by_hashtag in db.rows(_ROOMS, [post_id, post_id]):
        found.setdefault(round_id, Room(round_id, kind, Way.HASHTAG if by_hashtag else Way.THREAD))
    return list(found.values())


def _take_in(post: Post, room: Room) -> None:
    step = step_for(post, room.id, room.kind)
    row = Contribution(round_id=room.id, post=post, step=step, way=room.way)
    if Contribution.objects.bulk_create([row], ignore_conflicts=True):
        record(Contributed(room.id, post.pk, step.pk if step else None))


def step_for(post: Post, round_id: int, kind: str) -> Step | None:
    """The step that a post belongs to: what it says itself, what it answers, what was open when it was made."""
    steps = {
        step.position: step for step in Step.objects.filter(round_id=round_id, released_at__isnull=False)
    }
    answered = None
    if post.in_reply_to_id is not None:
        parent = Contribution.objects.filter(round_id=round_id, post_id=post.in_reply_to_id)
        answered = parent.values_list("step__position", flat=True).first()
    place = step_of(
        label=label_of(post.text, strict=kind != Kind.CHAT),
        thread=answered,
        released=[(step.position, step.released_at) for step in steps.values() if step.released_at],
        at=post.created_at,
    )
    return steps.get(place) if place is not None else None


def settle_edited(post: Post) -> None:
    """After an edit: a post that came under the hashtag joins, one that left it goes unless it is in the thread."""
    rooms = {room.id: room for room in rooms_of(post.pk)}
    here = list(Contribution.objects.filter(post=post).exclude(way=Way.HOST).select_related("round"))
    for contribution in here:
        room = rooms.pop(contribution.round_id, None)
        if room is None and contribution.round.state in ("open", "closing"):
            pass_on(contribution)
            contribution.delete()
        elif room is not None:
            _settle(contribution, room)
        record(ContributionChanged(contribution.round_id, post.pk))
    for room in rooms.values():
        _take_in(post, room)


def _settle(contribution: Contribution, room: Room) -> None:
    contribution.way, before = room.way, contribution.step_id
    if not contribution.moved:
        contribution.step = step_for(contribution.post, room.id, room.kind)
    if contribution.step_id != before:
        pass_on(contribution)
        contribution.same_as = None
    contribution.save(update_fields=["way", "step", "same_as"])


def settle_deleted(post_id: int) -> None:
    """A deleted post leaves a gap: its row stays, without marks."""
    here = Contribution.objects.filter(post_id=post_id)
    rows = list(here)
    here.update(mark="", pinned_at=None, same_as=None)
    for row in rows:
        pass_on(row)
        record(ContributionChanged(row.round_id, post_id))


def counts(round_ids: list[int]) -> dict[int, tuple[int, int]]:
    """By round: how many contributions that still stand, and by how many accounts; one query."""
    condition, ids = db.among("c.round_id", round_ids)
    found = db.rows(
        "SELECT c.round_id, COUNT(*), COUNT(DISTINCT p.account_id) FROM rounds_contribution c "
        f"JOIN posts_post p ON p.id = c.post_id WHERE p.deleted_at IS NULL AND c.hidden_at IS NULL AND {condition} "
        "GROUP BY c.round_id",
        [ids],
    )
    return {round_id: (posts, people) for round_id, posts, people in found}
