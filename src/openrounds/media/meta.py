"""What is known of a processed file, as `MediaFile.meta` keeps it and the client API shows it. Pure."""

from typing import Any

from openrounds.media.rules import ProcessedAudio, ProcessedVideo, StoredImage


def size_of(image: StoredImage) -> dict[str, Any]:
    return {
        "width": image.width,
        "height": image.height,
        "size": f"{image.width}x{image.height}",
        "aspect": image.width / image.height,
    }


def of_image(original: StoredImage, small: StoredImage | None) -> dict[str, Any]:
    sizes = {"original": size_of(original)}
    return sizes | {"small": size_of(small)} if small else sizes


def of_video(made: ProcessedVideo) -> dict[str, Any]:
    rate = round(made.frame_rate)
    original = {
        "width": made.original.width,
        "height": made.original.height,
        "frame_rate": f"{rate}/1",
        "duration": made.duration,
        "bitrate": made.bitrate,
    }
    return {
        "length": clock_face(made.duration),
        "duration": made.duration,
        "fps": rate,
        **size_of(made.original),
        "original": original,
        "small": size_of(made.small),
    }


def of_audio(made: ProcessedAudio) -> dict[str, Any]:
    original = {"duration": made.duration, "bitrate": made.bitrate}
    return {"length": clock_face(made.duration), "duration": made.duration, "original": original}


def clock_face(seconds: float) -> str:
    """`0:01:28.65`"""
    whole, hundredths = divmod(round(seconds * 100), 100)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}.{hundredths:02d}"
