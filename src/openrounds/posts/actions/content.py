"""What a text brings with it: the people it mentions, its hashtags, its files, its poll. Shared by posting and editing."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings

from openrounds.accounts.models import Account, Follow
from openrounds.core import db
from openrounds.core.clock import ago, now
from openrounds.core.errors import Invalid, TooManyRequests
from openrounds.core.instances import partial
from openrounds.core.limits import Counters, Limit
from openrounds.core.options import options
from openrounds.core.text import find_mentions
from openrounds.hashtags.models import Hashtag
from openrounds.hashtags.rules import find_hashtags, fold
from openrounds.media.models import MediaFile, State
from openrounds.posts.models import Attachment, Poll, PollOption, Post
from openrounds.posts.rules import Draft, Limits, PollDraft, Unacceptable, checked

STRANGERS_PER_HOUR = Limit("strangers mentioned by a new account", 10, 3600)
NEW_FOR_HOURS = 24


def limits() -> Limits:
    """This server's limits for a post."""
    o = options()
    return Limits(o.post_characters, o.max_attachments, o.poll_options, o.max_mentions)


def accept(draft: Draft) -> Draft:
    """The draft, trimmed. Raises Invalid."""
    try:
        return checked(draft, limits())
    except Unacceptable as problem:
        raise Invalid(f"Validation failed: {problem}", about=problem.about) from problem


def mentioned_accounts(text: str) -> list[Account]:
    """The accounts that the text names, in order; one query. Names that nobody has stay text."""
    names = find_mentions(text)
    if not names:
        return []
    if len(names) > options().max_mentions:
        raise Invalid(f"Validation failed: A post may mention at most {options().max_mentions} people")
    wanted = {(name.username, _elsewhere(name.domain)): place for place, name in enumerate(names)}
    named = " OR ".join(["(LOWER(username) = %s AND domain = %s)"] * len(wanted))
    found = db.rows(_NAMED.format(named=named), [part for name in wanted for part in name])
    accounts = [partial(Account, _WHO, row) for row in found]
    return sorted(accounts, key=lambda a: wanted[(a.username.lower(), a.domain)])


_WHO = ("id", "username", "domain")
_NAMED = f"SELECT {', '.join(_WHO)} FROM accounts_account WHERE suspended_at IS NULL AND ({{named}})"


def _elsewhere(domain: str | None) -> str:
    """ "" for this server's own name."""
    own = (options().domain, "localhost", "127.0.0.1") if not options().domain else (options().domain,)
    return "" if domain is None or domain.partition(":")[0] in own or domain in own else domain


def check_mentions(author: Account, mentioned: Sequence[Account], allowed: tuple[int, ...] | None) -> None:
    """Refuses what a spammer does: a new account that calls many strangers. Raises Invalid, TooManyRequests."""
    others = {account.pk for account in mentioned} - {author.pk}
    if allowed is not None and (unexpected := others - set(allowed)):
        raise Invalid(f"Validation failed: {len(unexpected)} of the accounts mentioned were not expected")
    if not others or not options().rate_limits or author.created_at < ago(hours=NEW_FOR_HOURS):
        return
    known = Follow.objects.filter(follower__in=others, followee=author).values_list("follower_id", flat=True)
    strangers = len(others - set(known))
    counters: Counters = settings.COUNTERS
    if strangers and counters.count(STRANGERS_PER_HOUR, str(author.pk), times=strangers).spent:
        raise TooManyRequests(
            "A new account may mention only a few people who do not follow it; please try again later"
        )


def write_mentions(post: Post, accounts: Sequence[Account], *, silent: Sequence[Account] = ()) -> None:
    rows = [(post.pk, account.pk, False) for account in accounts]
    rows += [(post.pk, account.pk, True) for account in silent if account not in accounts]
    if rows:
        places = ", ".join(["(%s, %s, %s)"] * len(rows))
        sql = f"INSERT INTO posts_mention (post_id, account_id, silent) VALUES {places}"
        db.execute(sql, [value for row in rows for value in row])


def write_hashtags(post: Post) -> None:
    """Puts the post under every hashtag in its text, hashtags nobody used before included."""
    found = {fold(tag.name): tag.name for tag in reversed(find_hashtags(post.text))}
    if not found:
        return
    known = _ids_of(found)
    if missing := sorted(name for name in found if name not in known):  # one order for all: no deadlock
        Hashtag.objects.bulk_create(
            [Hashtag(name=n, display_name=found[n]) for n in missing], ignore_conflicts=True
        )
        known |= _ids_of(missing)
    places = ", ".join(["(%s, %s, %s)"] * len(found))
    db.execute(
        f"INSERT INTO posts_posthashtag (post_id, hashtag_id, has_media) VALUES {places}",
        [value for name in reversed(found) for value in (post.pk, known[name], post.has_media)],
    )
    db.execute(
        f"UPDATE hashtags_hashtag SET last_used_at = %s WHERE id IN ({db.marks([*known])})",
        [db.moment(now()), *known.values()],
    )


def _ids_of(names: Collection[str]) -> dict[str, int]:
    """Of those that are known."""
    found = db.rows(f"SELECT name, id FROM hashtags_hashtag WHERE name IN ({db.marks([*names])})", [*names])
    return dict(found)


def attach(post: Post, media_ids: Sequence[int], *, position: int = 0) -> None:
    """Attaches the author's own files; the conditional update is what keeps a file out of two posts. Raises Invalid."""
    if not media_ids:
        return
    own = MediaFile.objects.filter(pk__in=media_ids, owner_id=post.account_id, attached_at=None)
    if own.filter(state=State.PROCESSING).exists():
        raise Invalid(
            "Cannot attach files that have not finished processing. Try again in a moment!", about="media"
        )
    if own.filter(state=State.READY).update(attached_at=now()) != len(media_ids):
        raise Invalid(
            "Validation failed: A file does not exist, is attached already, or could not be processed",
            about="media",
        )
    rows = [Attachment(post=post, media_id=media, position=n) for n, media in enumerate(media_ids, position)]
    Attachment.objects.bulk_create(rows)


def write_poll(post: Post, draft: PollDraft, at: datetime) -> Poll:
    poll = Poll.objects.create(
        post=post, multiple=draft.multiple, hide_totals=draft.hide_totals, expires_at=at + draft.lasts
    )
    rows = [PollOption(poll=poll, position=n, title=title) for n, title in enumerate(draft.options)]
    PollOption.objects.bulk_create(rows)
    return poll
