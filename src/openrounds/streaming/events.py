"""What facts in the outbox mean for those who listen. Reads the database; every right is asked again, for each event."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import msgspec

from openrounds.accounts.facts import AccessEnded
from openrounds.accounts.models import Visibility
from openrounds.api import rendering
from openrounds.api.call import Reader
from openrounds.api.render.announcement import render_announcement
from openrounds.api.render.conversation import render_conversations
from openrounds.api.render.notification import Told
from openrounds.jobs.registry import Fact
from openrounds.moderation import announcement_queries
from openrounds.moderation.facts import AnnouncementPublished, AnnouncementWithdrawn, ReactionsChanged
from openrounds.posts import lines
from openrounds.posts.facts import BoostsDeleted, PostChanged, PostCreated, PostDeleted, PostEdited
from openrounds.posts.lines import Flags, Line
from openrounds.posts.rules import QUOTED_BY_FOLLOWERS
from openrounds.posts.visibility import viewers
from openrounds.rounds.facts import Contributed, ContributionChanged, RoundChanged, StepReleased
from openrounds.streaming import audience
from openrounds.streaming.channels import PUBLIC, Channel
from openrounds.streaming.hub import Event, Interest
from openrounds.timelines import conversations, notification_queries
from openrounds.timelines.facts import (
    ConversationChanged,
    Delivered,
    FiltersChanged,
    NotificationsMerged,
    Notified,
)
from openrounds.timelines.filtering import finders
from openrounds.timelines.notification_rules import ALL_KINDS, OF_THE_HOUSE
from openrounds.timelines.notifying import moderators

NOBODY = 0  # a viewer who did nothing with a post: all his flags are false
NOTIFICATIONS = "read:notifications"
FOR_EVERYONE = [kind for kind in ALL_KINDS if kind not in OF_THE_HOUSE]


class Translator:
    """Turns facts into events for those who listen at that moment."""

    def __init__(self, interest: Interest) -> None:
        self.interest = interest

    def translate(self, fact: Fact) -> Iterator[Event]:
        handler = _HANDLERS.get(type(fact))
        return iter(()) if handler is None else handler(self, fact)

    # -- posts ------------------------------------------------------------

    def created(self, fact: PostCreated) -> Iterator[Event]:
        """A post is there: public, hashtag and list streams do not wait for the home feeds."""
        yield from self._timelines("update", fact.post_id)

    def delivered(self, fact: Delivered) -> Iterator[Event]:
        """A post is in the feeds it is for, or in a part of them."""
        listening = self.interest.accounts
        covered = listening if fact.everywhere else {a for a in listening if fact.covers(a)}
        holding = audience.holders(fact.post_id, covered)
        yield from self._home("update", fact.post_id, holding)

    def changed(self, fact: PostEdited | PostChanged) -> Iterator[Event]:
        holding = audience.holders(fact.post_id, self.interest.accounts, through_boosts=True)
        yield from self._home("status.update", fact.post_id, holding)
        yield from self._timelines("status.update", fact.post_id)

    def deleted(self, fact: PostDeleted) -> Iterator[Event]:
        """The id of a public post says nothing; of others only those learn who could have had it."""
        told = self.interest.accounts
        if fact.visibility > Visibility.UNLISTED:
            told = told & {fact.account_id, *fact.mentioned}
        if fact.visibility == Visibility.FOLLOWERS:
            told |= audience.followers(fact.account_id, self.interest.accounts)
        channels = [c for c in self._mine("user") if c.of in told]
        channels += audience.lists_with(fact.account_id, self._mine("list"))
        if fact.visibility == Visibility.PUBLIC and not fact.boost_of_id:
            channels += self._mine(*PUBLIC)
            channels += [c for c in self._mine("hashtag", "hashtag:local") if c.of in fact.hashtags]
        yield Event(channels, "delete", self._same(str(fact.post_id)))

    def boosts_deleted(self, fact: BoostsDeleted) -> Iterator[Event]:
        """Each is told to those alone who could have had it."""
        for boost_id, account_id in fact.boosts:
            told = audience.followers(account_id, self.interest.accounts) | {account_id}
            channels = [c for c in self._mine("user") if c.of in told]
            channels += audience.lists_with(account_id, self._mine("list"))
            yield Event(channels, "delete", self._same(str(boost_id)))

    def _home(self, kind: str, post_id: int, holding: Collection[int]) -> Iterator[Event]:
        channels = [c for c in self._mine("user") if c.of in holding]
        if channels:
            permitted = viewers(post_id, {int(c.of) for c in channels})
            yield from self._post(kind, post_id, channels, "home", permitted)

    def _timelines(self, kind: str, post_id: int) -> Iterator[Event]:
        """For all streams that everybody, or the owner of a list, could also have looked up himself."""
        public = audience.public_channels(post_id, self.interest)
        if public:
            permitted = viewers(post_id, self.interest.accounts, wanting=True)
            yield from self._post(kind, post_id, public, "public", permitted)
        lists, threads = self._mine("list"), self._mine("thread")
        line = next(iter(lines.read_ids([post_id])), None) if lists or threads else None
        threads = [c for c in threads if line and line.shown is line and c.of == line.thread]
        if threads:
            permitted = viewers(post_id, self.interest.accounts, wanting=True)
            yield from self._post(kind, post_id, threads, "thread", permitted)
        if lists:
            channels = audience.list_channels(post_id, line.account_id, lists) if line else []
            if channels:
                yield from self._post(kind, post_id, channels, "home", self.interest.accounts)

    def _post(
        self, kind: str, post_id: int, channels: list[Channel], context: str, permitted: Collection[int]
    ) -> Iterator[Event]:
        """Written once for all, and anew only for those to whom it looks different."""
        line = next(iter(lines.read_ids([post_id])), None)
        if line is None or not permitted:
            return
        ordinary = {base: _status(Reader(base, NOBODY), line, context, {}) for base in self.interest.bases}
        special, spared = self._special(line, context, permitted)
        spared |= self.interest.accounts.difference(permitted)
        yield Event(channels, kind, ordinary, special, spared)

    def _special(
        self, line: Line, context: str, accounts: Collection[int]
    ) -> tuple[dict[tuple[int, str], str], set[int]]:
        """The post for those to whom it looks different; and whom a filter spares it."""
        filtering = finders(line.shown.id, accounts, context)
        special: dict[tuple[int, str], str] = {}
        hidden: set[int] = set()
        for account in filtering | _concerned(line, accounts):
            for base in self.interest.bases:
                status = _status(Reader(base, account, account in filtering), line, context, None)
                special[account, base] = status
                if not status:
                    hidden.add(account)
        return special, hidden

    # -- rounds -----------------------------------------------------------

    def contributed(self, fact: Contributed) -> Iterator[Event]:
        """A post has come into a room, for whoever may read it and wants to."""
        if channels := self._room(fact.round_id):
            permitted = viewers(fact.post_id, self.interest.accounts, wanting=True)
            yield from self._post("update", fact.post_id, channels, "public", permitted)

    def released(self, fact: StepReleased) -> Iterator[Event]:
        """That a step is out, not what it says: some must commit to an answer first."""
        said = {
            "round_id": str(fact.round_id),
            "step_id": str(fact.step_id),
            "position": fact.position,
            "post_id": str(fact.post_id),
        }
        yield Event(self._room(fact.round_id), "round.step", self._same(_json(said)))

    def round_changed(self, fact: RoundChanged) -> Iterator[Event]:
        said = {"round_id": str(fact.round_id), "state": fact.state}
        yield Event(self._room(fact.round_id), "round.changed", self._same(_json(said)))

    def contribution_changed(self, fact: ContributionChanged) -> Iterator[Event]:
        said = {"round_id": str(fact.round_id), "post_id": str(fact.post_id)}
        yield Event(self._room(fact.round_id), "round.contribution", self._same(_json(said)))

    def _room(self, round_id: int) -> list[Channel]:
        channel = Channel("round", round_id)
        return [channel] if channel in self.interest.channels else []

    # -- what comes to one person -----------------------------------------

    def notified(self, fact: Notified) -> Iterator[Event]:
        present = [pair for pair in fact.of if self._channels_of(pair[0])]
        keepers = set(moderators()) if present else set()
        for account, notification_id in present:
            kinds = ALL_KINDS if account in keepers else FOR_EVERYONE
            line = notification_queries.one(account, notification_id, kinds)
            if line is None:
                continue
            payload = {}
            for base in self.interest.bases:
                told = Told(Reader(base, account, has_filters=True), [line])
                if told.shows(line):
                    payload[base] = told.one(line).decode()
            yield Event(self._channels_of(account), "notification", payload, scope=NOTIFICATIONS)

    def merged(self, fact: NotificationsMerged) -> Iterator[Event]:
        channels = self._channels_of(fact.account_id)
        yield Event(channels, "notifications_merged", self._same("1"), scope=NOTIFICATIONS)

    def conversed(self, fact: ConversationChanged) -> Iterator[Event]:
        channel = Channel("direct", fact.account_id)
        if channel not in self.interest.channels:
            return
        line = conversations.one(fact.account_id, fact.conversation_id)
        if line is not None:
            payload = {}
            for base in self.interest.bases:
                reader = Reader(base, fact.account_id, has_filters=True)
                payload[base] = _json(render_conversations(reader, fact.account_id, [line])[0])
            yield Event([channel], "conversation", payload)

    def filtered(self, fact: FiltersChanged) -> Iterator[Event]:
        yield Event([Channel("user", fact.account_id)], "filters_changed", self._same(""))

    # -- what the house says ----------------------------------------------

    def announced(self, fact: AnnouncementPublished) -> Iterator[Event]:
        """As nobody has read it; as each of those sees it who has read it or reacted to it before it was changed."""
        channels = self._mine("user")
        told = announcement_queries.one_for(NOBODY, fact.announcement_id) if channels else None
        if told is None:
            return
        payload = {base: _json(render_announcement(base, told)) for base in self.interest.bases}
        special: dict[tuple[int, str], str] = {}
        for account in announcement_queries.touched_by(fact.announcement_id, self.interest.accounts):
            own = announcement_queries.one_for(account, fact.announcement_id)
            if own is not None:
                special |= {(account, base): _json(render_announcement(base, own)) for base in payload}
        yield Event(channels, "announcement", payload, special)

    def reacted(self, fact: ReactionsChanged) -> Iterator[Event]:
        told = announcement_queries.one_for(NOBODY, fact.announcement_id) if self._mine("user") else None
        if told is not None:
            count = sum(reaction.count for reaction in told.reactions if reaction.name == fact.name)
            said = {"name": fact.name, "count": count, "announcement_id": str(fact.announcement_id)}
            yield Event(self._mine("user"), "announcement.reaction", self._same(_json(said)))

    def withdrawn(self, fact: AnnouncementWithdrawn) -> Iterator[Event]:
        yield Event(self._mine("user"), "announcement.delete", self._same(str(fact.announcement_id)))

    # -- help -------------------------------------------------------------

    def _mine(self, *names: str) -> list[Channel]:
        return self.interest.those_called(*names)

    def _channels_of(self, account_id: int) -> list[Channel]:
        both = (Channel("user", account_id), Channel("user:notification", account_id))
        return [channel for channel in both if channel in self.interest.channels]

    def _same(self, payload: str) -> Mapping[str, str]:
        """The same whatever name we are known by."""
        return dict.fromkeys(self.interest.bases, payload)


def _concerned(line: Line, accounts: Collection[int]) -> set[int]:
    """Its author (who may pin it), those who did something with it, those who may quote it where not everybody may; and
    everyone where it quotes another, which some may not read."""
    shown = line.shown
    if shown.quote_of:
        return set(accounts)
    concerned = {line.account_id, shown.account_id}.intersection(accounts)
    if shown.quote_policy == QUOTED_BY_FOLLOWERS:
        concerned |= audience.followers(shown.account_id, accounts)
    return concerned | audience.with_marks(line, accounts)


def _status(reader: Reader, line: Line, context: str, flags: Flags | None) -> str:
    """The status for that reader; "" when a filter of his hides it."""
    return rendering.render_posts(reader, [line], context=context, flags=flags)[1:-1].decode()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


_HANDLERS: dict[type[Fact], Callable[[Translator, Any], Iterator[Event]]] = {
    PostCreated: Translator.created,
    Delivered: Translator.delivered,
    PostEdited: Translator.changed,
    PostChanged: Translator.changed,
    PostDeleted: Translator.deleted,
    BoostsDeleted: Translator.boosts_deleted,
    Notified: Translator.notified,
    NotificationsMerged: Translator.merged,
    ConversationChanged: Translator.conversed,
    FiltersChanged: Translator.filtered,
    AnnouncementPublished: Translator.announced,
    ReactionsChanged: Translator.reacted,
    AnnouncementWithdrawn: Translator.withdrawn,
    Contributed: Translator.contributed,
    StepReleased: Translator.released,
    RoundChanged: Translator.round_changed,
    ContributionChanged: Translator.contribution_changed,
}
_TOLD: list[type[Fact]] = [*_HANDLERS, AccessEnded]
_KINDS = {fact.__name__: fact for fact in _TOLD}


def decode(kind: str, payload: str) -> Fact | None:
    """The fact in a row of the outbox; None for those that say nothing to streams."""
    fact = _KINDS.get(kind)
    return None if fact is None else msgspec.json.decode(payload, type=fact)
