"""Leaving for good: nobody sees the account from the moment it is asked for, and after some days nothing is left to see.

What stays is the name, so that nobody can take it and pass for whoever had it, empty places where posts stood in threads of
others, and what moderators have written down.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from openrounds.accounts.actions import remove_member
from openrounds.accounts.mail import Mail, queue_mail
from openrounds.accounts.models import Account, Departure, User
from openrounds.accounts.queries import solely_owned_teams
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound, NotPermitted
from openrounds.core.options import options
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import HANDLERS
from openrounds.moderation.facts import AccountRestored, AccountSuspended
from openrounds.oauth.actions import end_access
from openrounds.portability.facts import LeavingDue


@transaction.atomic
def ask_to_leave(person: User) -> Departure:
    """Hides the account, ends all access and sets the day on which it is erased; the day that was set before, if asked twice.
    Raises Invalid for the only owner of a team."""
    account = Account.objects.select_for_update(no_key=True).get(pk=person.account_id)
    if (asked := Departure.objects.filter(account=account).first()) is not None:
        return asked
    _leave_teams(account)
    departure = Departure.objects.create(
        account=account, erase_at=now() + timedelta(days=options().leaving_days)
    )
    Account.objects.filter(pk=account.pk).update(suspended_at=now(), version=F("version") + 1)
    end_access(person, "has left")
    record(AccountSuspended(account.pk))
    _confirm_by_mail(person, departure)
    return departure


def _leave_teams(account: Account) -> None:
    if owned := solely_owned_teams(account.pk):
        names = ", ".join(map(str, owned))
        raise Invalid(_("You are the only owner of %s: make somebody else an owner first.") % names)
    for team_id in account.teams.values_list("team_id", flat=True):
        remove_member(team_id, account.pk)


def _confirm_by_mail(person: User, departure: Departure) -> None:
    title = options().title
    with override(person.locale):
        day = date_format(departure.erase_at, "j F Y")
        subject = _("Your account on %s") % title
        text = _(
            "You have asked us to delete the account @%(name)s. Nobody sees it any more, and after %(day)s all that is in it "
            "is erased. Until then you may think again: sign in and say that you stay."
        ) % {"name": person.username, "day": day}
        other = _("If it was not you, sign in now, say that you stay, and change your password.")
    address = f"\n\n{options().base_url}/auth/sign_in" if options().base_url else ""
    queue_mail(Mail(person.email, subject, f"{text}{address}\n\n{other}\n", settings.DEFAULT_FROM_EMAIL))


@transaction.atomic
def stay(person: User) -> None:
    """All is as it was, but for the teams. Raises NotFound for somebody who does not leave (any more), NotPermitted where
    moderators have suspended the account meanwhile."""
    departure = Departure.objects.select_for_update().filter(account=person.account_id, begun_at=None).first()
    if departure is None:
        raise NotFound
    if departure.held:
        raise NotPermitted(_("Moderators have suspended this account."))
    departure.delete()
    Account.objects.filter(pk=person.account_id).update(suspended_at=None, version=F("version") + 1)
    record(AccountRestored(person.account_id))


def begin_due() -> None:
    """Queues the erasing of those whose time is over."""
    with transaction.atomic():
        for departure in Departure.objects.filter(erase_at__lte=now()):
            enqueue(
                HANDLERS["portability.jobs.erase_account"],
                LeavingDue(departure.pk),
                unique_key=f"leaving:{departure.pk}",
            )
