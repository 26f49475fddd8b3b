"""What a report may hold, and what counts as a reaction. Pure."""

import regex

COMMENT_LIMIT = 1000
REACTION_LIMIT = 32
MOST_REACTIONS = 8
REASON_LIMIT = 2000
_HIGHEST = 20  # accounts.models.Rank.ADMIN
# UTS #51: a flag, a keycap, or a picture with its skin tone or presentation selector; several joined are one.
_PART = (
    r"(?:\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3"
    r"|\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F)?(?:[\U000E0020-\U000E007E]+\U000E007F)?)"
)
_EMOJI = regex.compile(rf"{_PART}(?:\u200D{_PART})*")


def is_emoji(text: str) -> bool:
    """Whether the text is one Unicode emoji and nothing else."""
    return len(text) <= REACTION_LIMIT and _EMOJI.fullmatch(text) is not None


def may_judge(own_rank: int, own_id: int, rank: int, account_id: int) -> bool:
    """Nobody judges his own case, nor anybody of his rank or above it; but admins may judge each other."""
    return own_id != account_id and (rank < own_rank or own_rank >= _HIGHEST)
