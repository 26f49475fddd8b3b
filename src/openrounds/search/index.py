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
READY = 3  # letters by which SQLite's index finds the beginnings of words (`prefix` in its migration)


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


def holding(required: Sequence[Run], excluded: Sequence[Run]) -> tuple[str, list[str]]:
    """The same condition for rows that are looked up by their ids: on SQLite the words themselves are read, as to ask the index
    about a single row costs as much as to read thirty."""
    if db.is_postgres():
        condition, expression = matching(required, excluded)
        return condition, [expression]
    tests = [(">", _as_written(run)) for run in required] + [("=", _as_written(run)) for run in excluded]
    found = [f"instr(' ' || search_document.words || ' ', %s) {sign} 0" for sign, _ in tests]
    return " AND ".join(found) or "1 = 1", [text for _, text in tests]


def roughly(required: Sequence[Run]) -> list[Run] | None:
    """The same runs, with their open ends so short that the index has them ready: they find more, and the newest at once. None
    where nothing is gained by it. SQLite puts together all that begins like a longer end before it gives the first."""
    if db.is_postgres() or not any(run.open_end and len(run.terms[-1]) > READY for run in required):
        return None
    return [Run((*run.terms[:-1], run.terms[-1][:READY]), True) if run.open_end else run for run in required]


def _as_written(run: Run) -> str:
    """How the run stands in a document, between spaces."""
    return f" {' '.join(run.terms)}" + ("" if run.open_end else " ")
