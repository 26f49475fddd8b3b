"""Who may act as a team. Somebody always owns it."""

from django.db import transaction

from openrounds.accounts.facts import LeftTeam
from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.core.errors import Invalid, NotFound, NotPermitted
from openrounds.jobs.actions import record


@transaction.atomic
def set_member(team_id: int, member: Account, right: str) -> None:
    """Takes a person into the team, or changes what he may do. The last owner stays one."""
    if right not in TeamRight.values:
        raise Invalid("Validation failed: Right is not included in the list")
    _hold(team_id)
    if member.is_team or not member.is_local or member.suspended_at:
        raise NotPermitted("Only people of this server can be members of a team")
    if right != TeamRight.OWNER:
        _keep_an_owner(team_id, member.pk)
    TeamMembership.objects.update_or_create(team_id=team_id, member=member, defaults={"right": right})


@transaction.atomic
def remove_member(team_id: int, member_id: int) -> None:
    """He can no longer act as the team; his tokens for it end with the fact."""
    _hold(team_id)
    _keep_an_owner(team_id, member_id)
    deleted, _ = TeamMembership.objects.filter(team_id=team_id, member_id=member_id).delete()
    if not deleted:
        raise NotFound
    record(LeftTeam(team_id=team_id, member_id=member_id))


def _hold(team_id: int) -> None:
    """One change of members at a time, or two owners could leave at once."""
    if not Account.objects.select_for_update(no_key=True).filter(pk=team_id, is_team=True).first():
        raise NotFound


def _keep_an_owner(team_id: int, leaving_id: int) -> None:
    owners = TeamMembership.objects.filter(team_id=team_id, right=TeamRight.OWNER)
    if set(owners.values_list("member_id", flat=True)) == {leaving_id}:
        raise Invalid("A team needs an owner: make somebody else one first")
