"""The room's reply box: what is typed there is a public post under the hashtag, in the thread of its step."""

from datetime import datetime

from django.db import transaction

from openrounds.accounts.models import Visibility
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, TooManyRequests
from openrounds.core.text import fold_hashtag
from openrounds.hashtags.rules import find_hashtags
from openrounds.posts.actions import Author, Draft, create_post
from openrounds.posts.models import Post
from openrounds.rounds.access import hosts
from openrounds.rounds.actions.checks import check_welcome, invalid
from openrounds.rounds.actions.commit import see
from openrounds.rounds.models import Contribution, Progress, Round, Step
from openrounds.rounds.rules import RUNNING, wait_left


@transaction.atomic
def speak(
    author: Author,
    person_id: int,
    round: Round,
    text: str,
    *,
    step: Step | None = None,
    key: str | None = None,
) -> Post:
    """Says something in the room, as `author`; `person_id` is the account of whoever types. The hashtag is added.

    Answers the step's announcing post (None: the latest). Raises Invalid (over, paused, nothing said), NotPermitted
    (blocked), TooManyRequests (slow mode). Facilitators wait for neither.
    """
    if round.state not in RUNNING:
        raise Invalid("Validation failed: The debate is over")
    if not text.strip():
        raise invalid("text", "Write something first")
    if not hosts(person_id, round):
        check_welcome(author.account.pk, round)
        _check_turn(author.account.pk, round)
    parent = _announcement(round, step)
    draft = Draft(
        text=with_hashtag(text.strip(), round.hashtag.display_name),
        visibility=Visibility.PUBLIC,
        in_reply_to_id=parent.pk if parent else None,
    )
    return create_post(author, draft, key=key)


def with_hashtag(text: str, name: str) -> str:
    """The text, with the hashtag below it unless it is in it."""
    there = {fold_hashtag(tag.name) for tag in find_hashtags(text)}
    return text if fold_hashtag(name) in there else f"{text}\n\n#{name}"


def _check_turn(account_id: int, round: Round) -> None:
    if round.paused_at is not None:
        raise Invalid("Validation failed: The hosts have paused the debate for a moment")
    if not round.slow_seconds:
        return
    see(account_id, round.pk, 0)
    Progress.objects.select_for_update(no_key=True).get(
        round=round, account_id=account_id
    )  # one post at a time
    left = wait_left(last_said(account_id, round), now(), round.slow_seconds)
    if left:
        raise TooManyRequests(f"Slow mode: you can speak again in {left} s")


def last_said(account_id: int, round: Round) -> datetime | None:
    """When the account last said something in the room."""
    own = Contribution.objects.filter(round=round, post__account_id=account_id, post__deleted_at=None)
    latest: datetime | None = own.order_by("-post_id").values_list("post__created_at", flat=True).first()
    return latest


def _announcement(round: Round, step: Step | None) -> Post | None:
    said = round.steps.filter(released_at__isnull=False, post__deleted_at=None, post__isnull=False)
    found = said.filter(pk=step.pk) if step is not None else said
    latest = found.select_related("post").order_by("position").last()
    return latest.post if latest else None
