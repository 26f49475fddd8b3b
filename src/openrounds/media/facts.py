"""What happens to files."""

from openrounds.jobs.registry import Fact


class UploadWaits(Fact, frozen=True):
    """A video or sound was uploaded and waits to be processed."""

    media_id: int
