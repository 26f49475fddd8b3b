"""Who follows whom and what is said in a large invented server: heavy-tailed both ways, as medical Twitter was. Pure.

Accounts are numbers from 0, the team that everybody follows. The same sizes always give the same plan, and it is
made piece by piece, so that a million posts need no memory to speak of.
"""

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

SEED = 20240229
TAG = "TeamHaem"
OTHER_TAGS = (
    "haematology lymphoma myeloma MedEd sicklecell leukaemia VTE transfusion bloodfilm haemophilia FOAMed journalclub"
).split()
MEAN_FOLLOWS = 40
MOST_FOLLOWS = 5_000
FAVOURITES_PER_POST = 2
REPLY_SHARE, TAG_SHARE, OTHER_TAG_SHARE, MENTION_SHARE = 0.30, 0.25, 0.30, 0.10
THREAD_REPLIES = 200
RECENT = 200

_OPENERS = (
    "Interesting referral today:|Quick question for the hive mind:|Teaching point from the ward round:|"
    "New paper worth reading:|Blood film of the day:|Unpopular opinion:|Reminder to juniors:|Clinic reflection:|"
    "MDT discussion:|On call thought:"
).split("|")
_WORDS = (
    "anaemia platelets neutrophils ferritin marrow biopsy cytometry clone remission relapse protocol anticoagulation "
    "warfarin heparin apixaban bleeding thrombosis spleen lymph node staging response trial cohort survival toxicity "
    "dose reduction transfusion crossmatch antibody haemolysis smear reticulocytes bilirubin haptoglobin B12 folate "
    "iron infusion consent follow-up clinic patient guideline evidence registry outcome paediatric elderly pregnancy "
    "renal impairment sepsis fever neutropenia prophylaxis vaccination imaging scan result pathway"
).split()
_GLUE = "with and after for in despite without plus versus during".split()


@dataclass(frozen=True, slots=True)
class Planned:
    """A post: whose, what it answers (the number of an earlier one), what is in it beside words, and who likes it."""

    author: int
    words: str
    parent: int | None
    mentions: tuple[int, ...]
    hashtags: tuple[str, ...]
    likers: tuple[int, ...]


def follows(accounts: int) -> Iterator[tuple[int, list[int]]]:
    """Each account with those it follows, the team first."""
    luck = random.Random(SEED)  # noqa: S311 - the same plan each time, no secret
    most = max(1, min(accounts - 2, accounts // 2, MOST_FOLLOWS))
    wanted = _degrees(luck, accounts, most)
    ranks = list(range(1, accounts))
    luck.shuffle(ranks)
    popularity = list(accumulate(rank**-0.8 for rank in ranks))
    for who in range(accounts):
        chosen = _choose(luck, popularity, wanted[who], who)
        yield who, [0, *chosen] if who else chosen


def _degrees(luck: random.Random, accounts: int, most: int) -> list[int]:
    """Pareto, scaled up until the mean is right in spite of the bound."""
    raw, scale, degrees = [luck.paretovariate(1.5) for _ in range(accounts)], 1.0, [1]
    for _ in range(20):
        degrees = [max(1, min(most, round(each * scale))) for each in raw]
        scale *= min(MEAN_FOLLOWS - 1, most) * accounts / sum(degrees)
    return degrees


def _choose(luck: random.Random, popularity: list[float], count: int, who: int) -> list[int]:
    """That many different accounts other than `who` and the team, the popular ones more often."""
    found: dict[int, None] = {}
    total, tries = popularity[-1] if popularity else 0.0, 0
    while len(found) < count and tries < 20 * count + 100:
        tries += 1
        other = 1 + bisect(popularity, luck.random() * total, 0, len(popularity) - 1)
        if other != who:
            found[other] = None
    return list(found)


def posts(accounts: int, count: int) -> Iterator[Planned]:
    """The posts in the order in which they are made; one of them is answered by 200 others."""
    luck = random.Random(SEED + 1)  # noqa: S311 - as above
    root = count // 10
    thread = (
        set(luck.sample(range(root + 1, count), min(THREAD_REPLIES, count - root - 1)))
        if count > 1
        else set()
    )
    authors: list[int] = []
    in_thread = [root]
    for number in range(count):
        author = 0 if number == root else luck.randrange(accounts)
        parent = None
        if number in thread:
            parent = root if luck.random() < 0.5 else luck.choice(in_thread)
            in_thread.append(number)
        elif number > 50 and number != root and luck.random() < REPLY_SHARE:
            parent = luck.randrange(max(0, number - RECENT), number)
            parent = None if parent == root or parent in thread else parent
        authors.append(author)
        yield _post(luck, accounts, author, parent, None if parent is None else authors[parent])


def _post(
    luck: random.Random, accounts: int, author: int, parent: int | None, answered: int | None
) -> Planned:
    mentions = [] if answered is None or answered == author else [answered]
    if luck.random() < MENTION_SHARE:
        mentions += [other] if (other := luck.randrange(accounts)) not in (author, *mentions) else []
    hashtags = [TAG] if luck.random() < TAG_SHARE else []
    if luck.random() < OTHER_TAG_SHARE:
        hashtags.append(luck.choice(OTHER_TAGS))
    likers = luck.sample(
        range(accounts), min(accounts, int(luck.expovariate(1 / (FAVOURITES_PER_POST + 0.5))))
    )
    return Planned(author, sentence(luck), parent, tuple(mentions), tuple(hashtags), tuple(likers))


def sentence(luck: random.Random) -> str:
    """60 to 260 characters that mean nothing."""
    pick = luck.random
    words = [_OPENERS[int(pick() * len(_OPENERS))]]
    for place in range(6 + int(pick() * 25)):
        bag = _GLUE if place % 3 == 2 else _WORDS
        words.append(bag[int(pick() * len(bag))])
    return " ".join(words) + "."
