"""What happens to posts."""

from openrounds.jobs.registry import Fact


class PostCreated(Fact, frozen=True):
    """A post, or a boost (`boost_of_id`), is there."""

    post_id: int
    account_id: int
    boost_of_id: int | None = None


class PostEdited(Fact, frozen=True):
    """The words, media or poll of a post are different."""

    post_id: int
    account_id: int


class PostChanged(Fact, frozen=True):
    """Something about a post is different that its author did not do: a link preview arrived, a poll ended."""

    post_id: int


class PostDeleted(Fact, frozen=True):
    """A post or boost is gone. `hashtags` are the folded names it stood under, `mentioned` the accounts it named."""

    post_id: int
    account_id: int
    boost_of_id: int | None = None
    visibility: int = 0
    hashtags: tuple[str, ...] = ()
    mentioned: tuple[int, ...] = ()


class MarksLeft(Fact, frozen=True):
    """A post that is deleted had so many favourites or bookmarks that some are still to go."""

    post_id: int


class BoostsDeleted(Fact, frozen=True):
    """Boosts of a post that was deleted are gone with it, each told as (id, whose); `more` when others are still to go."""

    post_id: int
    boosts: tuple[tuple[int, int], ...]
    more: bool = False


class Favourited(Fact, frozen=True):
    account_id: int
    post_id: int


class Voted(Fact, frozen=True):
    account_id: int
    post_id: int


class PollEnded(Fact, frozen=True):
    poll_id: int
    post_id: int


class Unfavourited(Fact, frozen=True):
    account_id: int
    post_id: int
