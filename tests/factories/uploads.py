"""Uploads as a form of a client carries them."""

import io
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from tests.factories.media import draw


def processor_seconds() -> float:
    """What this process and its ended children have cost so far, which others on the machine change little."""
    return sum(os.times()[:4])


def photo(size: tuple[int, int] = (320, 240), suffix: str = "JPEG", **options: Any) -> bytes:
    written = io.BytesIO()
    draw(size).save(written, suffix, **options)
    return written.getvalue()


def part(body: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def put_form(client: Client, path: str, data: dict[str, Any]) -> HttpResponse:
    """A multipart PUT, which Django's client has no short form for."""
    return client.put(path, encode_multipart(BOUNDARY, data), content_type=MULTIPART_CONTENT)


def stored_files() -> set[str]:
    """Everything in the media directory, uploads that wait included."""
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
