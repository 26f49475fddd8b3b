"""Multiple-choice questions as posts of their own."""

from collections.abc import Sequence

from django.db import transaction

from openrounds.core.options import options
from openrounds.posts.actions import Author, Draft, PollDraft, create_post
from openrounds.rounds import announcements
from openrounds.rounds.actions.steps import write_question
from openrounds.rounds.drafts import QuestionDraft
from openrounds.rounds.models import Question
from openrounds.rounds.rules import poll_span


@transaction.atomic
def ask_question(
    author: Author,
    draft: QuestionDraft,
    *,
    hashtag: str = "",
    media_ids: Sequence[int] = (),
    key: str | None = None,
) -> Question:
    """Posts a question whose key nobody sees before his own answer or the end, with pictures of the author's. Raises Invalid.

    With an idempotency `key` a second call gives the question of the first.
    """
    question = write_question(draft, author_id=author.account.pk)
    most = options().post_characters
    text = announcements.of_question(question.text, hashtag, most) if hashtag else question.text
    titles = tuple(option.title for option in draft.options)
    poll = PollDraft(titles, poll_span(question.minutes), multiple=question.multiple, hide_totals=True)
    post = create_post(
        author, Draft(text=text, poll=poll, media_ids=tuple(media_ids), illustrated=True), key=key
    )
    former = Question.objects.filter(poll__post=post).first()
    if former is not None:
        question.delete()
        return former
    question.poll = post.poll
    question.save(update_fields=["poll"])
    return question


def forget_asked(author_id: int) -> None:
    """Removes questions whose posts are deleted, which takes their polls: nothing leads to them any more."""
    Question.objects.filter(author_id=author_id, step=None, poll=None).delete()
