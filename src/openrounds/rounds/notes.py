"""What is told to one person about a round: private posts of its host, which any app shows and rings for, once per cause.

They go to whoever took part or runs it, so they are not held back as a stranger's.
"""

from django.utils.translation import gettext, override

from openrounds.accounts.models import Account, Visibility
from openrounds.core.errors import Refusal
from openrounds.core.options import options
from openrounds.core.text import count_characters, without_mentions
from openrounds.posts.actions import Author, Draft, create_post
from openrounds.rounds.access import hosts_of
from openrounds.rounds.links import link_to
from openrounds.rounds.models import Ask, Contribution, Round
from openrounds.timelines.conversing import converse
from openrounds.timelines.models import NotificationType
from openrounds.timelines.notifying import Cause, tell


def of_hidden(hidden: Contribution) -> None:
    """That a post was taken out of the room, and why."""
    post, round = hidden.post, hidden.round
    with override(_language(post.account)):
        said = gettext(
            "The hosts of “%(title)s” have taken your post out of the room. Their reason: %(reason)s"
        ) % {"title": round.title, "reason": hidden.hidden_reason}
        said += "\n\n" + gettext("The post itself is still yours and still public.")
    _tell(round, post.account, said, f"hidden:{round.pk}:{post.pk}:{hidden.hidden_at}")


def of_answer(ask: Ask) -> None:
    """The answer to a private question; or that it was published without its asker."""
    round = ask.round
    with override(_language(ask.asker)):
        if ask.answer:
            said = gettext("You asked: %(question)s\n\nThe hosts answer: %(answer)s")
        else:
            said = gettext("The hosts have put your question to the room, without your name: %(question)s")
        said %= {"question": ask.text, "answer": ask.answer}
    _tell(round, ask.asker, said, f"ask:{ask.pk}:{ask.answered_at or 'published'}")


def of_asks(round: Round, oldest: Ask, asker_id: int) -> None:
    """Tells whoever runs it that questions wait, neither what they are nor whose; once as long as the same is the `oldest`."""
    for account in hosts_of(round):
        if account.pk != asker_id:
            with override(_language(account)):
                said = gettext(
                    "Somebody has asked the hosts of “%(title)s” privately. The question waits at your desk; nobody but the "
                    "hosts can read it."
                ) % {"title": round.title}
            _tell(round, account, said, f"asks:{oldest.pk}:{account.pk}", page="/host")


def _language(account: Account) -> str:
    person = getattr(account, "user", None)
    return person.locale or "en" if person is not None else "en"


def _tell(round: Round, account: Account, said: str, key: str, *, page: str = "") -> None:
    """The whole link, and of what is said as much as fits. Whoever is named in it is not called: a private post is read by
    all whom it mentions. Somebody whom the host cannot write to is not told here; the room tells him."""
    if account.domain:
        return
    said, tail = without_mentions(said), f"\n\n{link_to(round)}{page}"
    start = "" if account.pk == round.host_id else f"@{account.username} "
    while said and count_characters(start + said + tail) > options().post_characters:
        said = said[: -1 - len(said) // 20].rstrip() + "…"
    try:
        post = create_post(
            Author(round.host), Draft(text=start + said + tail, visibility=Visibility.DIRECT), key=key
        )
    except Refusal:
        return
    told = tell([account.pk], Cause(NotificationType.MENTION, round.host_id, post, asked_for=True))
    converse(post, told)
