"""A closed round as a ZIP that outlives the server: a page to open from the disk, its pictures, and JSON for machines.

Written piece by piece into temporary files, so that it needs no more memory for a long debate than for a short one. It shows
what the archive shows to whoever asks for it, and nothing of what is his own (answers, bookmarks, what he runs).
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import msgspec
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext
from msgspec.structs import asdict

from openrounds.api.call import Call
from openrounds.api.entities.status import MediaAttachment
from openrounds.api.render.rounds import render_round
from openrounds.core.clock import iso, now
from openrounds.media import store
from openrounds.rounds import queries, standing
from openrounds.rounds.licence_rules import TERMS
from openrounds.rounds.models import Round
from openrounds.web import chapters, rooms, saved
from openrounds.web.chapters import Place

FORMAT = "openrounds-round-1"
AT_A_TIME = 100
MOST_PICTURE_BYTES = 256 * 2**20
# Where the debate of a chapter goes. Nobody can write it into a text: it never leaves the process.
_DEBATE = f"debate{secrets.token_hex(16)}"
_STYLE = "openrounds/saved.css"


def save(call: Call, round: Round) -> IO[bytes]:
    """The ZIP, as an open file at its beginning."""
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.TemporaryFile())
        with ZipFile(file, "w", ZIP_DEFLATED) as out:
            Writing(out, call, round).write()
        file.seek(0)
        opened.pop_all()  # it is made: whoever sends it closes it
        return file


class Writing:
    """One ZIP on its way. Pictures go straight into it as they are met, the page and the JSON follow."""

    def __init__(self, out: ZipFile, call: Call, round: Round) -> None:
        self._out, self._call, self._round = out, call, round
        self._stranger = Call(call.request, None)
        self._room = MOST_PICTURE_BYTES
        self._kept: dict[str, str | None] = {}

    def write(self) -> None:
        with tempfile.TemporaryFile() as page, tempfile.TemporaryFile() as plain:
            self._write_both(page, plain)
            self._put("index.html", page)
            self._put("round.json", plain)
        self._out.writestr("style.css", Path(str(finders.find(_STYLE))).read_bytes())
        self._out.writestr("README.txt", self._readme())

    def _write_both(self, page: IO[bytes], plain: IO[bytes]) -> None:
        stages = self._stages()
        order = chapters.order(self._round.pk)
        shown: list[tuple[int, rooms.Stage | None]] = [(0, None)] if order.get(0) else []
        shown += [(stage.shown.position, stage) for stage in stages]
        pieces = iter(self._page(shown).split(_DEBATE))
        self._begin(plain, stages)
        page.write(next(pieces).encode())
        first = True
        for position, _stage in shown:
            for said in self._read(position, order.get(position, [])):
                page.write(self._drawn(said).encode())
                plain.write((b"" if first else b",\n") + b",\n".join(map(msgspec.json.encode, said)))
                first = False
            page.write(next(pieces).encode())
        plain.write(b"\n]}\n")

    def _stages(self) -> list[rooms.Stage]:
        """As strangers see them, with their pictures beside the page."""
        stages = rooms.stages(self._stranger, standing.reader(self._round, None, hosting=False))
        for picture in (p for stage in stages for p in stage.shown.pictures):
            picture.media.preview_url = self._keep(picture.media)
            picture.media.url = picture.media.preview_url or picture.media.url
        return stages

    def _page(self, shown: Sequence[tuple[int, rooms.Stage | None]]) -> str:
        page = rooms.frame(self._stranger, self._round) | {
            "shown": [stage for _, stage in shown],
            "comments": queries.archived_comments(self._round),
            "base": self._call.base,
            "saved_at": now(),
            "debate": _DEBATE,
        }
        return self._absolute(render_to_string("rounds/saved/page.html", page))

    def _begin(self, plain: IO[bytes], stages: Sequence[rooms.Stage]) -> None:
        """The JSON up to its contributions."""
        head: dict[str, Any] = {
            "format": FORMAT,
            "saved_at": iso(now()),
            "server": self._call.base,
            "licence": _licence(self._round.licence),
            "round": render_round(self._stranger, self._round),
            "steps": [stage.shown for stage in stages],
            "comments": [_comment(row) for row in queries.archived_comments(self._round)],
        }
        plain.write(msgspec.json.encode(head).removesuffix(b"}") + b',"contributions":[\n')

    def _read(self, step: int, places: Sequence[Place]) -> Iterator[list[saved.SavedContribution]]:
        for begin in range(0, len(places), AT_A_TIME):
            said = chapters.read(self._call, self._round.pk, places[begin : begin + AT_A_TIME])
            yield [saved.contribution(each, step, self._keep) for each in said]

    def _drawn(self, said: Sequence[saved.SavedContribution]) -> str:
        return self._absolute(
            render_to_string("rounds/saved/said.html", {"said": said, "marks": rooms.MARKS})
        )

    def _absolute(self, html: str) -> str:
        """Links to pages of this server lead there from the disk too."""
        return html.replace('href="/', f'href="{self._call.base}/')

    def _keep(self, media: MediaAttachment) -> str | None:
        """Puts a picture into the ZIP once; None for what is no picture, is lost, or has no room any more."""
        if media.type != "image" or not media.url:
            return None
        name = media.url.rpartition("/")[2]
        if name not in self._kept:
            self._kept[name] = self._copy(name)
        return self._kept[name]

    def _copy(self, name: str) -> str | None:
        with store.opened(name) as file:
            if file is None:
                return None
            size = file.seek(0, 2)
            if size > self._room:
                return None
            file.seek(0)
            self._room -= size
            self._put(f"media/{name}", file, packed=True)
        return f"media/{name}"

    def _put(self, name: str, file: IO[bytes], *, packed: bool = False) -> None:
        """Pictures are packed already."""
        file.seek(0)
        self._out.compression = ZIP_STORED if packed else ZIP_DEFLATED
        with self._out.open(name, "w", force_zip64=True) as entry:
            shutil.copyfileobj(file, entry)
        self._out.compression = ZIP_DEFLATED

    def _readme(self) -> str:
        terms = TERMS[self._round.licence]
        told = gettext(
            "index.html is the round to read in any browser, without a network. round.json is the same for machines. "
            "media/ holds its pictures."
        )
        whose = gettext(
            "The licence is the hosts', for the case. What others said in the debate remains theirs, and is kept here as it "
            "could be read when this was saved."
        )
        return "\n".join([self._round.title, told, f"{terms.name} {terms.deed}".strip(), whose, ""])


def _licence(code: str) -> dict[str, Any]:
    terms = TERMS[code]
    return {**asdict(terms), "open": terms.open}


def _comment(row: Any) -> dict[str, Any]:
    return {
        "author": row.author_name,
        "said_at": iso(row.said_at),
        "text": row.text,
        "step": row.step.position if row.step else 0,
    }
