"""What makes a post acceptable. Pure: no database, no settings; limits are handed in."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from unicodedata import category

from msgspec import Struct
from msgspec.structs import replace

from openrounds.core.text import count_characters

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.IGNORECASE)
SHORTEST_POLL = timedelta(minutes=5)
LONGEST_POLL = timedelta(days=30)
SOONEST = timedelta(minutes=5)
LATEST = timedelta(days=36_525)
OPTION_CHARACTERS = 100
LONGEST_LANGUAGE = 35  # BCP 47 sets no end; RFC 5646 §4.4.1 says that 35 are enough
LONGEST_RATIO = 20
FEWEST_TOLD = 5  # people of a kind who are counted by themselves: fewer might be known by name
PUBLIC, UNLISTED, FOLLOWERS, DIRECT = range(4)
QUOTED_BY_NOBODY, QUOTED_BY_FOLLOWERS, QUOTED_BY_ALL = range(3)


class Unacceptable(ValueError):
    """Why a draft cannot be posted; the message is for its author. `about` is the part that is wrong: text, media, poll, lasts
    (of the poll), or option-0 and so on."""

    def __init__(self, message: str, about: str = "text") -> None:
        super().__init__(message)
        self.about = about


class Limits(Struct, frozen=True):
    """How much a post may hold."""

    characters: int
    attachments: int
    poll_options: int
    mentions: int


class PollDraft(Struct, frozen=True):
    """A question being asked. `lasts` counts from posting."""

    options: tuple[str, ...]
    lasts: timedelta
    multiple: bool = False
    hide_totals: bool = False


class Draft(Struct, frozen=True):
    """What somebody wants to post. `visibility`, `sensitive`, `language` and `quote_policy` None: the account's
    default.

    `allowed_mentions`: post only if nobody else would be mentioned (account ids). `illustrated`: a poll may have files
    beside it; apps are refused that, as by Mastodon, though all show it.
    """

    text: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    visibility: int | None = None
    in_reply_to_id: int | None = None
    quote_of_id: int | None = None
    quote_policy: int | None = None
    media_ids: tuple[int, ...] = ()
    poll: PollDraft | None = None
    illustrated: bool = False
    allowed_mentions: tuple[int, ...] | None = None
    hashtags: tuple[str, ...] = ()


def checked(draft: Draft, limits: Limits) -> Draft:
    """The draft with its blanks trimmed. Raises Unacceptable."""
    draft = replace(draft, text=trimmed(draft.text), spoiler_text=draft.spoiler_text.strip())
    if not draft.text and draft.spoiler_text and (draft.media_ids or draft.poll):
        draft = replace(draft, text=draft.spoiler_text, spoiler_text="")
    if not draft.text and not draft.media_ids and not draft.quote_of_id:
        raise Unacceptable("Text can't be blank")
    # Links count 23 however long they are; still, what is absurdly long is refused before it is taken apart.
    if len(draft.text) + len(draft.spoiler_text) > limits.characters * LONGEST_RATIO:
        raise Unacceptable(f"Text character limit of {limits.characters} exceeded")
    used = count_characters(draft.text, draft.spoiler_text)
    if used > limits.characters:
        raise Unacceptable(
            f"Text character limit of {limits.characters} exceeded by {used - limits.characters}"
        )
    _check_media(draft, limits)
    if draft.poll:
        draft = replace(draft, poll=_checked_poll(draft.poll, limits))
    return replace(draft, language=checked_language(draft.language))


def trimmed(text: str) -> str:
    """Without blanks at the ends; "" when nothing in it can be seen (a zero-width space, say)."""
    text = text.strip("\n\r\t ")
    return text if any(not c.isspace() and category(c) not in ("Cf", "Cc") for c in text) else ""


def checked_language(code: str | None) -> str | None:
    """A language code if it has the form of one (BCP 47), else None."""
    return code if code and len(code) <= LONGEST_LANGUAGE and LANGUAGE.fullmatch(code) else None


def _check_media(draft: Draft, limits: Limits) -> None:
    if len(draft.media_ids) > limits.attachments:
        raise Unacceptable(f"Cannot attach more than {limits.attachments} files", "media")
    if len(set(draft.media_ids)) < len(draft.media_ids):
        raise Unacceptable("The same file is attached twice", "media")
    if draft.media_ids and draft.poll and not draft.illustrated:
        raise Unacceptable("Cannot attach files and a poll to the same post", "poll")


def _checked_poll(poll: PollDraft, limits: Limits) -> PollDraft:
    options = tuple(option.strip() for option in poll.options)
    if not 2 <= len(options) <= limits.poll_options:
        raise Unacceptable(f"A poll must have 2 to {limits.poll_options} options", "poll")
    for place, option in enumerate(options):
        if problem := _of_option(option, options[:place]):
            raise Unacceptable(problem, f"option-{place}")
    if poll.lasts < SHORTEST_POLL:
        raise Unacceptable("A poll must stay open for at least 5 minutes", "lasts")
    if poll.lasts > LONGEST_POLL:
        raise Unacceptable("A poll may stay open for at most 30 days", "lasts")
    return replace(poll, options=options)


def _of_option(option: str, before: Sequence[str]) -> str:
    """What is wrong with it; "" for nothing."""
    if not option:
        return "An option of the poll is blank"
    # Counted as written: a link in an option is no link, and the column has an end.
    if len(option) > OPTION_CHARACTERS:
        return f"An option of the poll may have at most {OPTION_CHARACTERS} characters"
    same = option.casefold() in {other.casefold() for other in before}
    return "Two options of the poll are the same" if same else ""


def checked_moment(at: datetime, present: datetime) -> datetime:
    """When a scheduled post is due. Raises Unacceptable when that is too soon, or never."""
    if at < present + SOONEST:
        raise Unacceptable("A scheduled post must be at least 5 minutes in the future")
    if at > present + LATEST:
        raise Unacceptable("A scheduled post must be at most 100 years in the future")
    return at


def checked_choices(choices: Sequence[int], options: int, *, multiple: bool) -> tuple[int, ...]:
    """The places chosen in a poll, each once. Raises Unacceptable."""
    chosen = tuple(dict.fromkeys(choices))
    if not chosen:
        raise Unacceptable("No option was chosen")
    if any(not 0 <= choice < options for choice in chosen):
        raise Unacceptable("The chosen vote option does not exist")
    if len(chosen) > 1 and not multiple:
        raise Unacceptable("Only one option may be chosen in this poll")
    return chosen


def quotable(visibility: int, policy: int, *, own: bool, follows: bool) -> bool:
    """Whether somebody may quote a post that he can see: `own` it is his, `follows` he follows its author."""
    if visibility == DIRECT:
        return False
    if own:
        return True
    allowed = policy == QUOTED_BY_ALL or (policy == QUOTED_BY_FOLLOWERS and follows)
    return allowed and visibility <= UNLISTED


def effective_policy(visibility: int, policy: int) -> int:
    """Nobody else may quote what is not for everybody."""
    return policy if visibility <= UNLISTED else QUOTED_BY_NOBODY


def quote_visibility(wanted: int, quoted: int) -> int:
    """A quote of what is for followers is no wider than that."""
    return max(wanted, min(quoted, FOLLOWERS)) if quoted > UNLISTED else wanted


def boost_visibility(wanted: int | None, original: int, default: int) -> int:
    """A boost is never wider than what it passes on, and never direct."""
    asked = wanted if wanted is not None else min(default, FOLLOWERS)
    return max(min(asked, FOLLOWERS), original)


def key_name(key: str) -> str:
    """How an idempotency key is kept: a header is as long as it likes."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def held_key(held_id: int) -> str:
    """The key under which a post that was held is found once it is out."""
    return f"held {held_id}"


def told_by_kind(counts: Mapping[str, int]) -> dict[str, int]:
    """How many people of each kind, most first; under "" those of kinds that fewer than `FEWEST_TOLD` have, or of none.

    Those under "" are never fewer either, unless there are no more people at all: the difference to the sum would tell.
    """
    kinds = sorted((kind for kind in counts if kind), key=lambda kind: (-counts[kind], kind))
    told = {kind: counts[kind] for kind in kinds if counts[kind] >= FEWEST_TOLD}
    rest = sum(counts.values()) - sum(told.values())
    while told and 0 < rest < FEWEST_TOLD:
        rest += told.popitem()[1]
    return told | ({"": rest} if rest else {})
