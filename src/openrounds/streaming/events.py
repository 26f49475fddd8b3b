"""What facts in the outbox mean for those who listen. Reads the database; every right is asked again, for each event."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import msgspec

from openrounds.accounts.models import Visibility
from openrounds.api import rendering
from openrounds.api.call import Reader
from openrounds.jobs.registry import Fact
from openrounds.posts import lines
from openrounds.posts.facts import PostChanged, PostCreated, PostDeleted, PostEdited
from openrounds.posts.lines import Flags, Line
from openrounds.streaming import audience
from openrounds.streaming.channels import Channel
from openrounds.streaming.hub import Event, Interest
from openrounds.timelines.facts import Delivered

NOBODY = 0  # stands for a viewer who did nothing with a post: all his flags are false


class Translator:
    """Turns the facts of one batch into events for the present listeners."""

    def __init__(self, interest: Interest) -> None:
        self.interest = interest

    def translate(self, fact: Fact) -> Iterator[Event]:
        handler = _HANDLERS.get(type(fact))
        return iter(()) if handler is None else handler(self, fact)

    # -- posts ------------------------------------------------------------

    def delivered(self, fact: Delivered) -> Iterator[Event]:
        """A post is in the feeds it is for."""
        holders = filter(fact.covers, audience.holders(fact.post_id, self.interest.accounts))
        yield from self._post("update", fact.post_id, (Channel("user", account) for account in holders))

    def created(self, fact: PostCreated) -> Iterator[Event]:
        """A post is there: public, hashtag and list streams do not wait for the feeds."""
        yield from self._shared("update", fact.post_id)

    def edited(self, fact: PostEdited | PostChanged) -> Iterator[Event]:
        holders = audience.holders(fact.post_id, self.interest.accounts)
        yield from self._post(
            "status.update", fact.post_id, (Channel("user", account) for account in holders)
        )
        yield from self._shared("status.update", fact.post_id)

    def deleted(self, fact: PostDeleted) -> Iterator[Event]:
        """An id says nothing of a public post; of others only those learn who could have had it."""
        known = self.interest.accounts
        if fact.visibility > Visibility.UNLISTED:
            known = frozenset(audience.followers(fact.account_id, known)) | {fact.account_id}
        payload = dict.fromkeys(self.interest.bases, str(fact.post_id))
        channels = [Channel("user", account) for account in known]
        if fact.visibility == Visibility.PUBLIC:
            channels += [c for c in self.interest.channels if c.name.startswith("public")]
            channels += [
                c for c in self.interest.channels if c.name.startswith("hashtag") and c.of in fact.hashtags
            ]
        channels += [c for c in self.interest.channels if c.name == "list"]
        for channel in channels:
            if channel in self.interest.channels:
                yield Event(channel, "delete", payload)

    def _shared(self, kind: str, post_id: int) -> Iterator[Event]:
        found = lines.read_ids([post_id])
        if not found:
            return
        channels = list(audience.shared_channels(found[0], self.interest.channels))
        if channels:
            spared = audience.unwilling(found[0], self.interest.accounts)
            yield from self._post(kind, post_id, channels, spared=spared)

    def _post(
        self, kind: str, post_id: int, channels: Iterable[Channel], *, spared: Collection[int] = ()
    ) -> Iterator[Event]:
        wanted = [c for c in channels if c in self.interest.channels]
        found = lines.read_ids([post_id]) if wanted else []
        if not found:
            return
        payload = {base: _status(Reader(base, NOBODY), found[0], Flags()) for base in self.interest.bases}
        special, hidden = self._special(found[0], kind)
        for channel in wanted:
            gone = spared if channel.name != "user" else hidden
            yield Event(channel, kind, payload, special, gone)

    def _special(self, line: Line, kind: str) -> tuple[dict[tuple[int, str], str], set[int]]:
        """What differs: for the author (he may pin it), for those with filters, and for whoever did something with it."""
        concerned = {line.account_id} & self.interest.accounts
        filtering = audience.with_filters(self.interest.accounts)
        concerned |= filtering
        if kind != "update" or line.boosted:
            concerned |= audience.with_marks(line.shown.id, self.interest.accounts)
        special, hidden = {}, set()
        for account in concerned:
            for base in self.interest.bases:
                body = _status(Reader(base, account, has_filters=account in filtering), line, None)
                if body:
                    special[account, base] = body
                else:
                    hidden.add(account)
        return special, hidden


def _status(reader: Reader, line: Line, flags: Flags | None) -> str:
    """The status for that reader; "" when a filter of his hides it."""
    found = rendering.render_posts(reader, [line], context="home", flags=flags)
    return found[1:-1].decode()


_HANDLERS: dict[type[Fact], Callable[[Translator, Any], Iterator[Event]]] = {
    Delivered: Translator.delivered,
    PostCreated: Translator.created,
    PostEdited: Translator.edited,
    PostChanged: Translator.edited,
    PostDeleted: Translator.deleted,
}
KINDS: dict[str, type[Fact]] = {fact.__name__: fact for fact in _HANDLERS}


def decode(kind: str, payload: str) -> Fact | None:
    """The fact in a row of the outbox; None for those that nobody listens to."""
    fact = KINDS.get(kind)
    return None if fact is None else msgspec.json.decode(payload, type=fact)
