"""The only door from an account's id or name to the account, for a person. Whoever has signed up but may not act yet is
nobody to others."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.core.errors import NotFound, NotPermitted


def access_account(viewer_id: int | None, account_id: int) -> Account:
    """An account; suspended ones are shown as suspended, so they are found too."""
    return _standing(Account.objects.filter(pk=account_id), viewer_id)


def access_local(username: str) -> Account:
    """An account of this server that is not suspended, by its name in any capitals."""
    named = Account.objects.alias(folded=Lower("username")).filter(folded=username.lower(), domain="")
    return _standing(named.filter(suspended_at=None), None)


def _standing(found: QuerySet[Account], viewer_id: int | None) -> Account:
    account = found.select_related("user").first()
    if account is None or (account.pk != viewer_id and _is_pending(account)):
        raise NotFound
    return account


def _is_pending(account: Account) -> bool:
    user = getattr(account, "user", None)  # teams and accounts of other servers have none
    return user is not None and not (user.confirmed_at and user.approved_at)


def access_team(viewer_id: int, team_id: int) -> TeamMembership:
    """The viewer's membership of a team; for others the team has no inside."""
    own = TeamMembership.objects.filter(team_id=team_id, member_id=viewer_id).select_related("team").first()
    if own is None:
        raise NotFound
    return own


def access_owned_team(viewer_id: int, team_id: int) -> Account:
    """A team whose members the viewer chooses."""
    own = access_team(viewer_id, team_id)
    if own.right != TeamRight.OWNER:
        raise NotPermitted("Only owners may do that")
    return own.team
