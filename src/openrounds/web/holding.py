"""Posts that were written in the browser a moment ago and are held, so that their writer can take them back."""

from datetime import datetime, timedelta

from msgspec import Struct

from openrounds.accounts.models import User
from openrounds.core.clock import now
from openrounds.posts.actions.schedule import draft_of
from openrounds.posts.models import ScheduledPost
from openrounds.posts.queries import held_by

PATIENCE = timedelta(seconds=10)


class Held(Struct, frozen=True):
    """`seconds` are left until it goes out; it `hangs` when it should have gone out long since and did not."""

    id: int
    text: str
    username: str
    until: datetime
    seconds: int
    hangs: bool


def held_for(person: User) -> list[Held]:
    return [shown(row) for row in held_by(person.pk)]


def shown(row: ScheduledPost) -> Held:
    left = row.scheduled_at - now()
    seconds = max(0, round(left.total_seconds()))
    draft = draft_of(row)
    said = draft.spoiler_text or draft.text
    return Held(row.pk, said, row.account.username, row.scheduled_at, seconds, left < -PATIENCE)
