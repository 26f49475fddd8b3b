"""What follows for accounts with time."""

from datetime import timedelta

from openrounds.accounts.actions import delete_expired_mutes
from openrounds.accounts.models import Account
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.jobs.registry import Tick, handler

# Four times as long as the link in the mail is good for; a new one can be asked for meanwhile.
UNCONFIRMED_KEPT = timedelta(days=14)
# Each takes a deletion from every table that could name an account.
PEOPLE_AT_ONCE = 50


@handler()
def tidy_mutes(_: Tick) -> None:
    delete_expired_mutes()


@handler(queue="bulk", transactional=False, lease=timedelta(minutes=10))
def forget_unconfirmed(_: Tick) -> None:
    """Accounts whose address nobody confirmed: they could never act, were never seen, and their names are free again."""
    signed_up_before = now() - UNCONFIRMED_KEPT
    waiting = Account.objects.filter(user__confirmed_at=None, user__created_at__lt=signed_up_before)
    db.forget(waiting, size=PEOPLE_AT_ONCE)
