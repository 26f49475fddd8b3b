"""The only doors from an id to a row of the house, for a person."""

from openrounds.core.errors import NotFound
from openrounds.moderation.announcement_queries import current_announcements
from openrounds.moderation.models import Announcement


def access_announcement(announcement_id: int) -> Announcement:
    """One that is published and not over."""
    found = current_announcements().filter(pk=announcement_id).first()
    if found is None:
        raise NotFound
    return found
