"""What happens to files later: films are re-encoded, leftovers removed."""

from datetime import timedelta

from openrounds.jobs.registry import Tick, handler
from openrounds.media import actions
from openrounds.media.facts import UploadWaits


# A film may take fifteen minutes for each of its steps.
@handler(queue="media", transactional=False, attempts=3, lease=timedelta(hours=1))
def process_upload(fact: UploadWaits) -> None:
    actions.process(fact.media_id)


@handler(queue="media", transactional=False)
def sweep_files(_: Tick) -> None:
    actions.sweep()


@handler(queue="media", transactional=False, lease=timedelta(hours=1))
def sweep_unnamed_files(_: Tick) -> None:
    actions.sweep_unnamed()
