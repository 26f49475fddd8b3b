"""The only door to decoders: uploaded bytes are decoded by a jailed child (`media.jail`), never by this process.

A child gets an empty environment, the file as standard input and a private directory inside `target_dir`. What
it wrote is checked again, moved out under a random name, and the directory is removed, whatever happened. A
child's answer is as little trusted as the upload.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from openrounds.media import ffmpeg
from openrounds.media.jail.confine import NOBODY, Bounds, Confinement
from openrounds.media.rules import (
    SNIFF_BYTES,
    ImageShape,
    MediaFamily,
    MediaKind,
    MediaLimits,
    MediaRefused,
    MediaUnavailable,
    ProcessedAudio,
    ProcessedImage,
    ProcessedVideo,
    StoredImage,
    sniff,
)

__all__ = [
    "MediaRefused",
    "MediaUnavailable",
    "can_process_av",
    "probe_confinement",
    "process_av",
    "process_image",
    "remove_leftovers",
    "run_jailed",
    "sniff",
]

WORK_PREFIX = ".work-"
_ANSWER_BYTES = 65_536
_EXTENSIONS = {
    MediaKind.JPEG: ".jpg",
    MediaKind.PNG: ".png",
    MediaKind.WEBP: ".webp",
    MediaKind.GIF: ".gif",
    MediaKind.MP4: ".mp4",
    MediaKind.MP3: ".mp3",
}
_log = logging.getLogger(__name__)


_Side = Annotated[int, msgspec.Meta(ge=1, le=8192)]
_Blurhash = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,40}$")]


class _Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mime: Literal["image/jpeg", "image/png", "image/webp", "image/gif"]
    width: _Side
    height: _Side


class _Drawing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    animated: bool
    blurhash: _Blurhash
    original: _Drawn | None = None
    small: _Drawn | None = None
    static: _Drawn | None = None


class _Answer(msgspec.Struct, frozen=True):
    held: tuple[bool, bool, bool]
    done: _Drawing | None = None
    refused: str = ""
    detail: str = ""
    full: bool = False


class _Bench(Struct, frozen=True):
    """The private directory of one upload, where its files go, and those already there."""

    work: Path
    target: Path
    kept: list[Path]


class Ended(Struct, frozen=True):
    """How a child ended: exit code (negative: signal), the start of its two outputs, out of time or not."""

    code: int
    output: bytes
    errors: str
    late: bool


def process_image(
    source: Path, target_dir: Path, *, limits: MediaLimits, shape: ImageShape
) -> ProcessedImage:
    """Re-encode an upload into new files of `target_dir`; MediaRefused or MediaUnavailable leave none."""
    kind = _admit(source, limits.image_bytes)
    if kind is None or kind.family is not MediaFamily.IMAGE:
        raise MediaRefused("This file is not a JPEG, PNG, WebP, GIF, HEIC or AVIF image.")
    with _bench(target_dir) as bench:
        drawing = _draw(source, bench, kind, shape, limits)
        if drawing.original is None:
            raise MediaUnavailable("The server could not process this image.")
        return ProcessedImage(
            original=_keep_image(bench, "original", drawing.original),
            small=_keep_image(bench, "small", drawing.small) if drawing.small else None,
            static=_keep_image(bench, "static", drawing.static) if drawing.static else None,
            blurhash=drawing.blurhash,
            animated=drawing.animated,
        )


def process_av(source: Path, target_dir: Path, limits: MediaLimits) -> ProcessedVideo | ProcessedAudio:
    """Transcode video to MP4 with a preview, sound to MP3. A video file without pictures is sound."""
    kind = _admit(source, limits.av_bytes)
    if kind is None or kind.family is MediaFamily.IMAGE:
        raise MediaRefused("This file is not a video (MP4, MOV, WebM) or a sound (MP3, OGG, WAV, FLAC, M4A).")
    if not can_process_av():
        raise MediaUnavailable("This server cannot process video or audio files.")
    with _bench(target_dir) as bench:
        with _disk():
            shutil.copyfile(source, bench.work / "input")
            (bench.work / "input").chmod(0o444)
        probe = _probe(bench, kind, "input", limits)
        _judge(probe, limits)
        if kind.family is MediaFamily.VIDEO and probe.video is not None:
            return _transcode_video(bench, kind, limits)
        return _transcode_audio(bench, kind, limits)


def can_process_av() -> bool:
    return shutil.which("ffmpeg") is not None and shutil.which("ffprobe") is not None


def remove_leftovers(target_dir: Path) -> int:
    """Remove the work directories of processes that were killed; only call it before any child is started."""
    leftovers = list(target_dir.glob(f"{WORK_PREFIX}*"))
    for leftover in leftovers:
        shutil.rmtree(leftover, ignore_errors=True)
    return len(leftovers)


def probe_confinement() -> Confinement:
    """Which walls this machine gives a child: for `openrounds doctor`."""
    with tempfile.TemporaryDirectory(prefix="openrounds-") as name:
        answer = _ask_for_image(
            Path(os.devnull), Path(name), MediaKind.PNG, ImageShape.PREVIEW, MediaLimits()
        )
    return Confinement(*answer.held)


def _admit(source: Path, most: int) -> MediaKind | None:
    size = source.stat().st_size
    if size > most:
        raise MediaRefused(f"This file is larger than {most // 2**20} MB.")
    if size == 0:
        raise MediaRefused("This file is empty.")
    with source.open("rb") as opened:
        return sniff(opened.read(SNIFF_BYTES))


@contextmanager
def _bench(target_dir: Path) -> Iterator[_Bench]:
    """On the file system of the target, so that finished files can be renamed into place; all or none."""
    with _disk():
        bench = _Bench(Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=target_dir)), target_dir, [])
    try:
        if os.geteuid() == 0:
            os.chown(bench.work, NOBODY, NOBODY)
        yield bench
    except BaseException:
        for kept in bench.kept:
            kept.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(bench.work, ignore_errors=True)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MediaUnavailable("The server has no room left for files.") from error
        raise


def _draw(source: Path, bench: _Bench, kind: MediaKind, shape: ImageShape, limits: MediaLimits) -> _Drawing:
    answer = _ask_for_image(source, bench.work, kind, shape, limits)
    if answer.full:
        raise MediaUnavailable("The server has no room left for files.")
    if answer.done is None:
        _log.info("Image refused: %s %s", answer.refused, answer.detail)
        raise MediaRefused(answer.refused or "This image could not be processed.")
    return answer.done


def _ask_for_image(
    source: Path, work: Path, kind: MediaKind, shape: ImageShape, limits: MediaLimits
) -> _Answer:
    bounds = Bounds(
        memory=limits.image_memory, seconds=limits.image_seconds, file_size=4 * limits.image_bytes
    )
    job = {"mode": "image", "kind": kind, "shape": shape, "limits": asdict(limits)}
    with source.open("rb") as opened:
        ended = run_jailed(job, work, bounds, wall=limits.image_seconds, stdin=opened)
    _refuse_killed(ended, "image")
    try:
        return msgspec.json.decode(ended.output, type=_Answer)
    except msgspec.DecodeError as error:
        _log.error("The image child ended with %s: %s", ended.code, ended.errors)
        raise MediaUnavailable("The server could not process this image.") from error


def run_jailed(
    job: Mapping[str, Any], work: Path, bounds: Bounds, *, wall: float, stdin: IO[bytes] | None
) -> Ended:
    """Start one child in `work` and wait at most `wall` seconds; then it and all it started are killed."""
    argument = msgspec.json.encode({**job, "bounds": bounds}).decode()
    command = [sys.executable, "-I", "-m", "openrounds.media.jail", argument]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            stdin=stdin or subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=work,
            env={},
            start_new_session=True,
        )
        late = _wait(child, wall)
        return Ended(child.returncode, _head(output), _head(errors).decode(errors="replace"), late)


def _wait(child: subprocess.Popen[bytes], wall: float) -> bool:
    """True when time ran out. The group is killed in any case: a hijacked decoder may leave others behind."""
    try:
        child.wait(wall)
    except subprocess.TimeoutExpired:
        return True
    else:
        return False
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _head(output: IO[bytes]) -> bytes:
    output.seek(0)
    return output.read(_ANSWER_BYTES)


def _refuse_killed(ended: Ended, word: str) -> None:
    if ended.late or ended.code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise MediaRefused(f"This {word} takes too long to process.")
    if ended.code == -signal.SIGXFSZ:
        raise MediaRefused(f"This {word} becomes too large when processed.")
    if ended.code < 0:
        raise MediaRefused(f"This {word} is damaged or incomplete.")


def _keep_image(bench: _Bench, name: str, drawn: _Drawn) -> StoredImage:
    kept, size = _keep(bench, name, MediaKind(drawn.mime))
    return StoredImage(name=kept, mime=drawn.mime, width=drawn.width, height=drawn.height, size=size)


def _keep(bench: _Bench, written: str, kind: MediaKind) -> tuple[str, int]:
    """Make a child's file ours: a regular file of the kind it claims, under a random name, on disk."""
    target = bench.target / (secrets.token_hex(16) + _EXTENSIONS[kind])
    with _disk(), _open_unlinked(bench.work / written) as opened:
        status = os.fstat(opened.fileno())
        if (
            not stat.S_ISREG(status.st_mode)
            or status.st_nlink != 1
            or sniff(opened.read(SNIFF_BYTES)) is not kind
        ):
            raise MediaRefused("This file could not be processed.")
        if os.geteuid() == 0:
            os.fchown(opened.fileno(), os.geteuid(), os.getegid())
        os.fchmod(opened.fileno(), 0o644)
        os.fsync(opened.fileno())
        (bench.work / written).rename(target)
        bench.kept.append(target)
        _sync_directory(bench.target)
    return target.name, status.st_size


def _open_unlinked(path: Path) -> IO[bytes]:
    """A hijacked child may leave a link to somebody's file, or a pipe that never answers, or nothing."""
    try:
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except OSError as error:
        raise MediaRefused("This file could not be processed.") from error


def _sync_directory(directory: Path) -> None:
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _judge(probe: ffmpeg.Probe, limits: MediaLimits) -> None:
    if probe.video is None and probe.audio is None:
        raise MediaRefused("This file holds neither pictures nor sound.")
    if probe.duration > limits.av_duration:
        raise MediaRefused(f"This file is longer than {limits.av_duration // 60} minutes.")
    if probe.video and probe.video.width * probe.video.height > limits.video_pixels:
        raise MediaRefused(
            f"The pictures of this video are larger than {limits.video_pixels // 1_000_000} megapixels."
        )
    if probe.video and probe.video.frame_rate > limits.video_frame_rate:
        raise MediaRefused(f"This video has more than {limits.video_frame_rate} frames a second.")


def _transcode_video(bench: _Bench, kind: MediaKind, limits: MediaLimits) -> ProcessedVideo:
    _run_program(bench, "ffmpeg", ffmpeg.build_video(kind, "input", "original", limits), limits)
    made = _probe(bench, MediaKind.MP4, "original", limits)
    _run_program(bench, "ffmpeg", ffmpeg.build_poster("original", "poster"), limits)
    drawing = _draw(_poster_of(bench), bench, MediaKind.PNG, ImageShape.PREVIEW, limits)
    if made.video is None or drawing.small is None:
        raise MediaRefused("This file could not be processed.")
    name, size = _keep(bench, "original", MediaKind.MP4)
    return ProcessedVideo(
        original=StoredImage(name, MediaKind.MP4, made.video.width, made.video.height, size),
        small=_keep_image(bench, "small", drawing.small),
        blurhash=drawing.blurhash,
        duration=made.duration,
        frame_rate=made.video.frame_rate,
        bitrate=made.bitrate,
        silent=made.audio is None,
    )


def _poster_of(bench: _Bench) -> Path:
    poster = bench.work / "poster"
    if poster.is_symlink() or not poster.is_file():
        raise MediaRefused("This video has no picture.")
    return poster


def _transcode_audio(bench: _Bench, kind: MediaKind, limits: MediaLimits) -> ProcessedAudio:
    _run_program(bench, "ffmpeg", ffmpeg.build_audio(kind, "input", "original", limits), limits)
    made = _probe(bench, MediaKind.MP3, "original", limits)
    name, size = _keep(bench, "original", MediaKind.MP3)
    return ProcessedAudio(
        name=name, mime=MediaKind.MP3, size=size, duration=made.duration, bitrate=made.bitrate
    )


def _probe(bench: _Bench, kind: MediaKind, name: str, limits: MediaLimits) -> ffmpeg.Probe:
    output = _run_program(bench, "ffprobe", ffmpeg.build_probe(kind, name), limits)
    try:
        return msgspec.json.decode(output, type=ffmpeg.Probe)
    except msgspec.DecodeError as error:
        raise MediaRefused("This file is damaged or incomplete.") from error


def _run_program(bench: _Bench, program: str, arguments: list[str], limits: MediaLimits) -> bytes:
    """ffmpeg uses two threads, hence twice the seconds of CPU."""
    bounds = Bounds(memory=limits.av_memory, seconds=2 * limits.av_seconds, file_size=2 * limits.av_bytes)
    job = {"mode": "program", "argv": [shutil.which(program) or program, *arguments]}
    ended = run_jailed(job, bench.work, bounds, wall=limits.av_seconds, stdin=None)
    _refuse_killed(ended, "file")
    if ended.code == 0:
        return ended.output
    _log.info("%s ended with %s: %s", program, ended.code, ended.errors[:500])
    if "No space left" in ended.errors:
        raise MediaUnavailable("The server has no room left for files.")
    if "Unknown encoder" in ended.errors:
        raise MediaUnavailable("This server cannot process video or audio files.")
    raise MediaRefused("This file is damaged or incomplete.")
