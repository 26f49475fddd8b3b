"""Reads of the debate in a room: its posts, what facilitators said of them, what is missing, what is new to whom."""

from collections.abc import Sequence

from django.db.models import Q
from msgspec import Struct

from openrounds.core import db
from openrounds.core.paging import Paging
from openrounds.posts.lines import Line, Source, read, read_ids
from openrounds.posts.visibility import visible, visible_ids, wanted
from openrounds.rounds.merging_rules import likeliest
from openrounds.rounds.models import Contribution


class About(Struct, frozen=True):
    """How a post came into the debate and what facilitators say of it. `position`: of its step; `same_as`: the post under which
    it is folded, `folds`: how many are folded under it, `cites`: how many papers it names; `by_host`: the round's host said
    it."""

    post_id: int
    way: str
    mark: str
    pinned: bool
    hidden: bool
    hidden_reason: str
    position: int | None
    by_host: bool
    same_as: int | None = None
    folds: int = 0
    cites: int = 0


_ABOUT = (
    "SELECT c.post_id, c.way, c.mark, c.pinned_at IS NOT NULL, c.hidden_at IS NOT NULL, c.hidden_reason, s.position, "
    "EXISTS (SELECT 1 FROM posts_post p JOIN rounds_round r ON r.id = c.round_id "
    "WHERE p.id = c.post_id AND p.account_id = r.host_id), "
    "f.post_id, (SELECT COUNT(*) FROM rounds_contribution d WHERE d.same_as_id = c.id), c.cites "
    "FROM rounds_contribution c "
    "LEFT JOIN rounds_step s ON s.id = c.step_id LEFT JOIN rounds_contribution f ON f.id = c.same_as_id "
    "WHERE c.round_id = %s AND "
)
MOST_COMPARED = 1000
_STANDING = "c.hidden_at IS NULL AND p.deleted_at IS NULL"


def debate(
    round_id: int,
    viewer_id: int | None,
    *,
    step_id: int | None = None,
    upto: int | None = None,
    hidden: bool = False,
    folding: bool = False,
) -> Source:
    """The posts of a room as far as the viewer may read them and wants to; with a `step_id` those of that step.

    `upto` leaves out what was said of later steps than that position, for whoever has not been shown them.
    `hidden` gives what facilitators took out instead. `folding` leaves out what stands folded under another (`folded`).
    """
    readable, readable_params = visible(viewer_id)
    liked, liked_params = wanted(viewer_id)
    conditions = [f"c.hidden_at IS {'NOT ' if hidden else ''}NULL", readable, liked]
    params: list[object] = [*readable_params, *liked_params]
    if step_id is None:
        conditions.insert(0, "c.round_id = %s")
        params.insert(0, round_id)
    else:
        conditions.insert(0, "c.round_id = %s AND c.step_id = %s")
        params[:0] = [round_id, step_id]
    if upto is not None:
        conditions.append(
            "(c.step_id IS NULL OR c.step_id IN (SELECT s.id FROM rounds_step s WHERE s.round_id = %s AND s.position <= %s))"
        )
        params += [round_id, upto]
    if folding:
        condition, more = _stands_alone(viewer_id)
        conditions.append(condition)
        params += more
    # By the contributions' own index, so that of a long debate no more is read than a page.
    tables = "rounds_contribution c JOIN posts_post p ON p.id = c.post_id"
    return Source(tables, " AND ".join(conditions), params, cursor="c.post_id")


def _stands_alone(viewer_id: int | None) -> tuple[str, list[object]]:
    """Not folded, or under what the viewer is not shown."""
    readable, readable_params = visible(viewer_id, "q")
    liked, liked_params = wanted(viewer_id, "q")
    shown = (
        "SELECT 1 FROM rounds_contribution f JOIN posts_post q ON q.id = f.post_id "
        f"WHERE f.id = c.same_as_id AND f.hidden_at IS NULL AND {readable} AND {liked}"
    )
    return f"(c.same_as_id IS NULL OR NOT EXISTS ({shown}))", [*readable_params, *liked_params]


def folded(
    round_id: int, viewer_id: int | None, first_ids: Sequence[int]
) -> tuple[list[Line], dict[int, About]]:
    """What is folded under those posts, as far as the viewer may read it and wants to, the eldest first; three queries."""
    condition, ids = db.among("f.post_id", first_ids)
    about = {a.post_id: a for a in _about(f"{condition} AND c.hidden_at IS NULL", round_id, ids)}
    source = debate(round_id, viewer_id)
    these, wanted_ids = db.among("c.post_id", list(about))
    within = Source(source.tables, f"{source.where} AND {these}", [*source.params, wanted_ids], source.cursor)
    return read(within, Paging(len(about), min_id=0))[::-1] if about else [], about


def read_debate(source: Source, paging: Paging) -> list[Line]:
    """A page of the debate; one query."""
    return read(source, paging)


def contributions_of(round_id: int, post_ids: Sequence[int]) -> dict[int, About]:
    """By post id; one query."""
    condition, ids = db.among("c.post_id", post_ids)
    return {about.post_id: about for about in _about(condition, round_id, ids)}


def marked(round_id: int, viewer_id: int | None, *, upto: int | None = None) -> list[About]:
    """What facilitators marked or pinned (`upto`: as `debate`), pinned first, that the viewer may read; two queries."""
    found = _upto(_about("(c.mark > '' OR c.pinned_at IS NOT NULL) AND c.hidden_at IS NULL", round_id), upto)
    return sorted(_readable(found, viewer_id), key=lambda about: (not about.pinned, about.post_id))


def pinned(round_id: int, viewer_id: int | None, *, upto: int | None = None) -> list[About]:
    """What the hosts keep at the top (`upto`: as `debate`), as far as the viewer may read it; one query, two where there is
    any."""
    found = _upto(_about("c.pinned_at IS NOT NULL AND c.hidden_at IS NULL", round_id), upto)
    return sorted(_readable(found, viewer_id), key=lambda about: about.post_id)


def _upto(found: list[About], upto: int | None) -> list[About]:
    """About the steps up to that position, and about none; None: about all."""
    return found if upto is None else [about for about in found if (about.position or 0) <= upto]


def _about(condition: str, *params: object) -> list[About]:
    rows = db.rows(_ABOUT + condition, params)
    return [
        About(post_id, way, mark, bool(pinned), bool(hidden), why, position, bool(by_host), *folding)
        for post_id, way, mark, pinned, hidden, why, position, by_host, *folding in rows
    ]


def _readable(found: Sequence[About], viewer_id: int | None) -> list[About]:
    seen = visible_ids(viewer_id, [about.post_id for about in found]) if found else set()
    return [about for about in found if about.post_id in seen]


def gaps(round_id: int, *, above: int, below: int | None, step_id: int | None = None) -> list[int]:
    """Posts that their authors have deleted, between two others: a debate says where something is missing. One query."""
    conditions, params = ["c.post_id > %s"], [round_id, above]
    for condition, value in (("c.post_id < %s", below), ("c.step_id = %s", step_id)):
        if value is not None:
            conditions.append(condition)
            params.append(value)
    found = db.rows(
        "SELECT c.post_id FROM rounds_contribution c JOIN posts_post p ON p.id = c.post_id WHERE c.round_id = %s "
        f"AND c.hidden_at IS NULL AND p.deleted_at IS NOT NULL AND {' AND '.join(conditions)} ORDER BY c.post_id DESC",
        params,
    )
    return [post_id for (post_id,) in found]


def alike(contribution: Contribution, most: int) -> list[Line]:
    """Contributions under which it could be folded: of its step, by how much they say the same; two queries."""
    others = Contribution.objects.filter(
        round_id=contribution.round_id, step_id=contribution.step_id, hidden_at=None, same_as=None
    )
    found = others.filter(post__deleted_at=None).exclude(pk=contribution.pk).exclude(way="host")
    texts = dict(found.order_by("-post_id").values_list("post_id", "post__text")[:MOST_COMPARED])
    return read_ids(likeliest(contribution.post.text, texts, most))


def numbers(round_id: int) -> list[tuple[int, int | None, bool, bool, int | None]]:
    """Every contribution in order: post, step position, deleted, hidden, the post under which it is folded. Its place in the
    list is its number. One query."""
    found = db.rows(
        "SELECT c.post_id, s.position, p.deleted_at IS NOT NULL, c.hidden_at IS NOT NULL, f.post_id "
        "FROM rounds_contribution c JOIN posts_post p ON p.id = c.post_id "
        "LEFT JOIN rounds_step s ON s.id = c.step_id LEFT JOIN rounds_contribution f ON f.id = c.same_as_id "
        "WHERE c.round_id = %s ORDER BY c.post_id",
        [round_id],
    )
    return [
        (post_id, position, bool(deleted), bool(hidden), same_as)
        for post_id, position, deleted, hidden, same_as in found
    ]


def by_step(round_id: int) -> dict[int, int]:
    """How many contributions still stand, by step position; one query."""
    found = db.rows(
        "SELECT s.position, COUNT(*) FROM rounds_contribution c JOIN rounds_step s ON s.id = c.step_id "
        f"JOIN posts_post p ON p.id = c.post_id WHERE c.round_id = %s AND {_STANDING} GROUP BY s.position",
        [round_id],
    )
    return dict(found)


def unanswered(
    round_id: int, viewer_id: int | None, limit: int = 20, *, upto: int | None = None
) -> list[Line]:
    """Questions that nobody has answered yet (`upto`: as `debate`): contributions with a question mark and no reply, oldest
    first; two queries."""
    asked = Contribution.objects.filter(
        Q() if upto is None else Q(step=None) | Q(step__position__lte=upto),
        round_id=round_id,
        hidden_at=None,
        post__deleted_at=None,
        post__replies_count=0,
        post__text__contains="?",
        post__account__bot=False,
    ).exclude(way="host")
    ids = list(asked.order_by("post_id").values_list("post_id", flat=True)[:limit])
    readable = visible_ids(viewer_id, ids)
    return read_ids([i for i in ids if i in readable])


def unread(round_id: int, after_post: int) -> int:
    """How many contributions came after that post; one query."""
    found = db.row(
        "SELECT COUNT(*) FROM rounds_contribution c JOIN posts_post p ON p.id = c.post_id "
        f"WHERE c.round_id = %s AND c.post_id > %s AND {_STANDING}",
        [round_id, after_post],
    )
    return int(found[0]) if found else 0


def hidden_of(round_id: int, account_id: int) -> list[Contribution]:
    """What facilitators took out of the room of that author's, with their reasons; one query."""
    own = Contribution.objects.filter(round_id=round_id, post__account_id=account_id, post__deleted_at=None)
    return list(own.filter(hidden_at__isnull=False).select_related("post").order_by("-post_id"))
