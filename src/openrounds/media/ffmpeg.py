"""The command lines for ffmpeg and ffprobe, and what ffprobe answers: no process is started here.

The demuxer is the one of the sniffed kind and no protocol but `file` is open, so a playlist or a concat
script can name nothing. Codecs are the ones people's cameras and recorders write, and those of cover art.
"""

from __future__ import annotations

import math

import msgspec

from openrounds.media.rules import MediaKind, MediaLimits

_DEMUXERS = {
    MediaKind.MP4: "mov",
    MediaKind.MOV: "mov",
    MediaKind.M4A: "mov",
    MediaKind.WEBM: "matroska",
    MediaKind.MP3: "mp3",
    MediaKind.OGG: "ogg",
    MediaKind.WAV: "wav",
    MediaKind.FLAC: "flac",
}
_CODECS = ",".join(
    (
        *("h264", "hevc", "vp8", "vp9", "libdav1d", "libaom-av1", "av1", "mpeg4", "mjpeg", "png"),
        *("aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac"),
        *("pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_alaw", "pcm_mulaw"),
    )
)
# Nothing is copied from the source but pixels and samples, and the encoder does not sign either.
_ANONYMOUS = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact")


class Disposition(msgspec.Struct, frozen=True):
    attached_pic: int = 0


class Stream(msgspec.Struct, frozen=True):
    """One track; ffprobe writes rates as fractions ("30000/1001")."""

    codec_type: str = ""
    width: int = 0
    height: int = 0
    avg_frame_rate: str = "0/1"
    disposition: Disposition = Disposition()

    @property
    def frame_rate(self) -> float:
        top, _, bottom = self.avg_frame_rate.partition("/")
        return _number(top) / (_number(bottom) or 1.0)


class Format(msgspec.Struct, frozen=True):
    duration: str = "0"
    bit_rate: str = "0"


class Probe(msgspec.Struct, frozen=True):
    """`ffprobe -show_streams -show_format`; cover art in sound files is no video."""

    streams: list[Stream] = []
    format: Format = Format()

    @property
    def video(self) -> Stream | None:
        return next(
            (s for s in self.streams if s.codec_type == "video" and not s.disposition.attached_pic), None
        )

    @property
    def audio(self) -> Stream | None:
        return next((s for s in self.streams if s.codec_type == "audio"), None)

    @property
    def duration(self) -> float:
        return _number(self.format.duration)

    @property
    def bitrate(self) -> int:
        return int(_number(self.format.bit_rate))


def _number(text: str) -> float:
    """0 for what ffprobe does not know ("N/A") and for what is no number."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def build_probe(kind: MediaKind, name: str) -> list[str]:
    return ["-v", "error", *_source(kind, name), "-show_streams", "-show_format", "-of", "json"]


def build_video(kind: MediaKind, source: str, target: str, limits: MediaLimits) -> list[str]:
    """MP4 that plays while it loads; even sides, at most the output area and frame rate."""
    area = f"min(1,sqrt({limits.video_output_pixels}/(iw*ih)))"
    video = [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "23",
        "-pix_fmt",
        "yuv420p",
        "-flags:v",
        "+bitexact",
    ]
    return [
        *(*_ENCODER, *_source(kind, source), "-map", "0:V:0", "-map", "0:a:0?", *_ANONYMOUS),
        *("-vf", f"scale='max(2,trunc(iw*{area}/2)*2)':'max(2,trunc(ih*{area}/2)*2)',setsar=1"),
        *("-fpsmax", str(limits.video_output_frame_rate), *video),
        *("-frames:v", str(limits.av_duration * limits.video_output_frame_rate)),
        *("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-flags:a", "+bitexact"),
        *("-t", str(limits.av_duration), "-movflags", "+faststart", "-f", "mp4", f"file:{target}"),
    ]


def build_audio(kind: MediaKind, source: str, target: str, limits: MediaLimits) -> list[str]:
    return [
        *(*_ENCODER, *_source(kind, source), "-map", "0:a:0", "-vn", *_ANONYMOUS),
        *("-c:a", "libmp3lame", "-q:a", "2", "-ac", "2", "-flags:a", "+bitexact", "-id3v2_version", "0"),
        *("-t", str(limits.av_duration), "-f", "mp3", f"file:{target}"),
    ]


def build_poster(source: str, target: str) -> list[str]:
    """The first frame of our own MP4 as PNG."""
    still = ["-map", "0:V:0", "-frames:v", "1", "-c:v", "png", "-f", "image2pipe"]
    return [*_ENCODER, *_source(MediaKind.MP4, source), *_ANONYMOUS, *still, f"file:{target}"]


_ENCODER = ("-v", "error", "-nostdin", "-y", "-threads", "2", "-filter_threads", "1")


def _source(kind: MediaKind, name: str) -> list[str]:
    walls = ["-protocol_whitelist", "file", "-codec_whitelist", _CODECS]
    return [*walls, "-f", _DEMUXERS[kind], "-i", f"file:{name}"]
