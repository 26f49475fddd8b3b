"""Entry of the child: `python -I -m openrounds.media.jail JOB`, JOB being one JSON object.

`{"mode": "image", …}` re-encodes standard input, `{"mode": "program", "argv": […]}` becomes that program. The
first answers `{"done": …}`, `{"refused": sentence}` or `{"full": true}`; any other end is the parent's to judge.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import signal
import sys
from typing import Any

from openrounds.media.jail.confine import Bounds, confine


def main() -> None:
    job = json.loads(sys.argv[1])
    bounds = Bounds(**job["bounds"])
    if job["mode"] == "program":
        confine(bounds, program=job["argv"][0])
        # Python ignores this signal, and the program would inherit that.
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        os.execve(job["argv"][0], job["argv"], {})  # noqa: S606 - no shell is wanted
    # Only here: Pillow costs time that a program need not spend; and before its files are out of reach.
    images = importlib.import_module("openrounds.media.jail.images")
    images.load_codec(job["kind"])
    held = confine(bounds)
    answer = {"held": [held.network, held.user, held.files], **_answer(images, job)}
    sys.stdout.write(json.dumps(answer))


def _answer(images: Any, job: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"done": images.reencode(sys.stdin.buffer, job["kind"], job["shape"], job["limits"])}
    except images.Refused as refusal:
        return {"refused": str(refusal)}
    except images.BOMBS:
        return {"refused": "This image is too large."}
    except MemoryError:
        return {"refused": "This image needs too much memory to open."}
    except Exception as error:  # A damaged file makes decoders raise nearly anything.
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return {"full": True}
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return {"refused": "This image becomes too large when processed."}
        return {"refused": "This image is damaged or incomplete.", "detail": repr(error)[:300]}


if __name__ == "__main__":
    main()
