"""What hosts tell one person: private posts, which any app shows and rings for. Each is written once per cause."""

from django.utils.translation import gettext, override

from openrounds.accounts.models import Account, Visibility
from openrounds.core.errors import Refusal
from openrounds.core.options import options
from openrounds.core.text import count_characters, without_mentions
from openrounds.posts.actions import Author, Draft, create_post
from openrounds.rounds.links import link_to
from openrounds.rounds.models import Ask, Contribution, Round


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


def _language(account: Account) -> str:
    person = getattr(account, "user", None)
    return person.locale or "en" if person is not None else "en"


def _tell(round: Round, account: Account, said: str, key: str) -> None:
    """The whole link, and of what is said as much as fits. Whoever is named in it is not called: a private post is read by
    all whom it mentions. Somebody whom the host cannot write to is not told here; the room tells him."""
    if account.domain or account.pk == round.host_id:
        return
    said, tail = without_mentions(said), f"\n\n{link_to(round)}"
    start = f"@{account.username} "
    while said and count_characters(start + said + tail) > options().post_characters:
        said = said[: -1 - len(said) // 20].rstrip() + "…"
    try:
        create_post(
            Author(round.host), Draft(text=start + said + tail, visibility=Visibility.DIRECT), key=key
        )
    except Refusal:
        return
