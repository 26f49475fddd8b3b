"""What a summary can begin with, so that whoever closes a round does not begin with nothing."""

from openrounds.api.call import Call
from openrounds.core.text import plain_text
from openrounds.posts.lines import read_ids
from openrounds.rounds import debate_queries
from openrounds.rounds.models import Round
from openrounds.web import reading
from openrounds.web.rooms import MARKS

LONGEST = 300


def draft(call: Call, round: Round) -> str:
    """Markdown: the diagnosis, and what the hosts marked, by kind of mark, in the words of those who said it; "" where there
    is neither. Three queries and those of the posts."""
    about = debate_queries.marked(round.pk, call.account_id)
    posts = {int(p.id): p for p in reading.posts(call, read_ids([each.post_id for each in about]), "public")}
    parts = [f"**{', '.join(round.diagnoses)}**"] if round.diagnoses else []
    for mark, heading in MARKS.items():
        said = [posts[each.post_id] for each in about if each.mark == mark and each.post_id in posts]
        lines = [f"- {_brief(post.content, round)} (@{post.account.acct})" for post in said]
        parts += ["\n".join([f"### {heading}", *lines])] if lines else []
    return "\n\n".join(parts)


def _brief(content: str, round: Round) -> str:
    """On one line, without the hashtag of the room."""
    words = (word for word in plain_text(content).split() if word != f"#{round.hashtag.display_name}")
    text = " ".join(words)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
