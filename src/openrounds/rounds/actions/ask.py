"""Asking the facilitators privately, and publishing what was asked without its asker."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from openrounds.accounts.models import Account
from openrounds.core.clock import ago, now
from openrounds.core.errors import Invalid, TooManyRequests
from openrounds.core.options import options
from openrounds.jobs.actions import record
from openrounds.posts.models import Post
from openrounds.rounds import announcements
from openrounds.rounds.actions.checks import check_row, check_welcome, invalid
from openrounds.rounds.actions.release import belong, publish
from openrounds.rounds.facts import AskAnswered, Asked
from openrounds.rounds.models import Ask, Round, Step
from openrounds.rounds.rules import RUNNING

MOST_PER_HOUR = 10


@transaction.atomic
def ask(asker: Account, round: Round, text: str, *, step: Step | None = None) -> Ask:
    """Only facilitators read it. Raises Invalid, NotPermitted (blocked), TooManyRequests."""
    if round.state not in RUNNING:
        raise Invalid("Validation failed: Questions are taken while the round is open")
    check_welcome(asker.pk, round)
    if not text.strip():
        raise invalid("text", "Write your question")
    if Ask.objects.filter(round=round, asker=asker, created_at__gt=ago(hours=1)).count() >= MOST_PER_HOUR:
        raise TooManyRequests("You have asked a lot in the last hour; please wait for answers")
    made = Ask(round=round, asker=asker, text=text.strip(), step=step)
    check_row(made, exclude={"round", "asker", "step", "post"})
    made.save(force_insert=True)
    record(Asked(round.pk, made.pk))
    return made


@transaction.atomic
def answer_ask(found: Ask, text: str) -> None:
    """Answers it to its asker alone. Raises Invalid."""
    found.answer, found.answered_at = text.strip(), now()
    if not found.answer:
        raise invalid("text", "Write an answer")
    check_row(found, exclude={"round", "asker", "step", "post"})
    found.save(update_fields=["answer", "answered_at"])
    record(AskAnswered(found.round_id, found.pk))


@transaction.atomic
def promote_ask(found: Ask, by: Account, text: str = "", *, at: datetime | None = None) -> Post:
    """Publishes it as the host's post, once, without the asker; `text` is the facilitator's wording if he rewrites it.

    `at` backdates it (demo).
    """
    held = Ask.objects.select_for_update(of=("self",)).select_related("post", "step__post").get(pk=found.pk)
    if held.post is not None:
        return held.post
    if found.round.state not in RUNNING:
        raise Invalid("Validation failed: The round is over")
    with override(found.round.language):
        said = announcements.of_promoted(
            text.strip() or held.text, found.round.hashtag.display_name, options().post_characters
        )
    step = held.step if held.step is not None and held.step.released_at else None
    post = publish(found.round, said, by, reply_to=step.post if step else None, at=at)
    belong(found.round, post, step)
    Ask.objects.filter(pk=held.pk).update(post=post)
    record(AskAnswered(found.round_id, found.pk))
    return post
