"""The only doors from an id to a row of the house, for a person."""

from openrounds.accounts.models import Account, User
from openrounds.core.errors import NotFound, NotPermitted
from openrounds.moderation.announcement_queries import current_announcements
from openrounds.moderation.models import Announcement, Report
from openrounds.moderation.rules import may_judge


def access_announcement(announcement_id: int) -> Announcement:
    """One that is published and not over."""
    found = current_announcements().filter(pk=announcement_id).first()
    if found is None:
        raise NotFound
    return found


def access_newcomer(user_id: int) -> User:
    """Somebody who waits for approval."""
    found = (
        User.objects.select_related("account").filter(pk=user_id, approved_at=None, is_active=True).first()
    )
    if found is None:
        raise NotFound
    return found


def access_report(report_id: int) -> Report:
    """A report with those it is about, for moderators."""
    found = Report.objects.select_related("reporter", "target", "resolved_by").filter(pk=report_id).first()
    if found is None:
        raise NotFound
    return found


def access_subject(account_id: int) -> Account:
    """Any account, with the person behind it, for moderators."""
    found = Account.objects.select_related("user").filter(pk=account_id).first()
    if found is None:
        raise NotFound
    return found


def access_judged(actor: User, account_id: int) -> Account:
    """An account that this moderator may act upon; NotPermitted for his own and for those of his rank or above."""
    account = access_subject(account_id)
    person: User | None = getattr(account, "user", None)
    if not may_judge(actor.rank, actor.account_id, person.rank if person else 0, account.pk):
        raise NotPermitted("You cannot judge this account")
    return account
