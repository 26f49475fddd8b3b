"""What one person keeps about another: notes, endorsements, dismissed suggestions."""

from django.db import transaction

from openrounds.accounts import rules
from openrounds.accounts.models import AccountNote, DismissedSuggestion, Endorsement, Follow
from openrounds.core.errors import Invalid


def set_note(author_id: int, subject_id: int, text: str) -> None:
    """A private note; an empty one takes it away."""
    if len(text) > rules.PRIVATE_NOTE_LIMIT:
        raise Invalid(f"Validation failed: Comment {rules.too_long(rules.PRIVATE_NOTE_LIMIT)[1]}")
    if text.strip():
        AccountNote.objects.update_or_create(
            author_id=author_id, subject_id=subject_id, defaults={"text": text}
        )
    else:
        AccountNote.objects.filter(author_id=author_id, subject_id=subject_id).delete()


@transaction.atomic
def endorse(account_id: int, endorsed_id: int) -> None:
    """Shows somebody on one's profile; only those one follows."""
    if not Follow.objects.filter(follower_id=account_id, followee_id=endorsed_id).exists():
        raise Invalid("Validation failed: You must be already following the person you want to endorse")
    Endorsement.objects.get_or_create(account_id=account_id, endorsed_id=endorsed_id)


def unendorse(account_id: int, endorsed_id: int) -> None:
    Endorsement.objects.filter(account_id=account_id, endorsed_id=endorsed_id).delete()


def dismiss_suggestion(account_id: int, dismissed_id: int) -> None:
    """That account is not suggested again."""
    DismissedSuggestion.objects.get_or_create(account_id=account_id, dismissed_id=dismissed_id)
