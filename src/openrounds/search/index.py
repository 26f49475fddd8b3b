"""The index of words: one interface over FTS5 (SQLite) and tsvector (PostgreSQL).

Both keep a document (`rules.document`) under the id of its post or round (no two share one), and neither folds, stems or
leaves out anything: the same query finds the same. Who may see what is no business of the index; it is asked when somebody
searches.
"""

from collections.abc import Sequence

from openrounds.core import db
from openrounds.search.rules import Run, for_postgres, for_sqlite, tsvector

TABLE = "search_document"
CHUNK = 1_000


def put(subject_id: int, document: Sequence[str]) -> None:
    """Keeps the document of a post or a round, in place of its former one."""
    if db.is_postgres():
        db.execute(
            "INSERT INTO search_document (post_id, words) VALUES (%s, %s::tsvector) "
            "ON CONFLICT (post_id) DO UPDATE SET words = EXCLUDED.words",
            [subject_id, written(document)],
        )
    else:
        db.execute(
            "INSERT OR REPLACE INTO search_document (rowid, words) VALUES (%s, %s)",
            [subject_id, written(document)],
        )


def written(document: Sequence[str]) -> str:
    """The document as it stands in the column `words`."""
    return tsvector(document) if db.is_postgres() else " ".join(document)


def remove(subject_id: int) -> None:
    db.execute(f"DELETE FROM search_document WHERE {key()} = %s", [subject_id])


def remove_orphans() -> int:
    """Removes what posts and rounds that no longer exist have left; how many. Chunk after chunk: call it outside a
    transaction, so that others can write in between."""
    removed = newest = 0
    while some := [row[0] for row in db.rows(_NEXT.format(key=key()), [newest, CHUNK])]:
        if orphans := set(some) - _alive(some):
            here, ids = db.among(key(), orphans)
            removed += db.execute(f"DELETE FROM search_document WHERE {here}", [ids])
        newest = some[-1]
    return removed


def _alive(subject_ids: Sequence[int]) -> set[int]:
    here, ids = db.among("id", subject_ids)
    posts = f"SELECT id FROM posts_post WHERE deleted_at IS NULL AND {here}"
    found = db.rows(f"{posts} UNION ALL SELECT id FROM rounds_round WHERE {here}", [ids, ids])
    return {row[0] for row in found}


_NEXT = "SELECT {key} FROM search_document WHERE {key} > %s ORDER BY {key} LIMIT %s"


def key() -> str:
    """The column that holds the post's or round's id."""
    return "search_document.post_id" if db.is_postgres() else "search_document.rowid"


def matching(required: Sequence[Run], excluded: Sequence[Run]) -> tuple[str, str]:
    """The condition on `search_document` and its one parameter."""
    if db.is_postgres():
        return "search_document.words @@ %s::tsquery", for_postgres(required, excluded)
    return "search_document MATCH %s", for_sqlite(required, excluded)
