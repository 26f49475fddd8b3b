"""Teams and their members."""

from collections.abc import Sequence

from django.db.models import Count, Q

from openrounds.accounts.models import Account, TeamMembership, TeamRight


def teams_of(member_id: int) -> list[TeamMembership]:
    """The person's memberships, the oldest first; one query."""
    return list(TeamMembership.objects.filter(member_id=member_id).order_by("pk"))


def members(team_ids: Sequence[int]) -> dict[int, list[TeamMembership]]:
    """By team: its members, the oldest first; one query."""
    found: dict[int, list[TeamMembership]] = {i: [] for i in team_ids}
    for membership in TeamMembership.objects.filter(team_id__in=team_ids).order_by("pk"):
        found[membership.team_id].append(membership)
    return found


def owns(user_id: int, team_id: int) -> bool:
    """Whether that person chooses the members of that team."""
    owners = TeamMembership.objects.filter(team_id=team_id, right=TeamRight.OWNER)
    return owners.filter(member__user__pk=user_id).exists()


def solely_owned_teams(member_id: int) -> list[Account]:
    """Teams that would be left without an owner if that account left them."""
    owned = Account.objects.filter(memberships__member=member_id, memberships__right=TeamRight.OWNER)
    owners = Count("memberships", filter=Q(memberships__right=TeamRight.OWNER))
    counted = Account.objects.filter(pk__in=owned.values("pk")).annotate(owners=owners)
    return list(counted.filter(owners=1).order_by("pk"))


def team_warnings(memberships: Sequence[TeamMembership]) -> list[str]:
    """What the members of a team should put right."""
    owners = sum(membership.right == TeamRight.OWNER for membership in memberships)
    if owners > 1:
        return []
    return [
        "This team has one owner only. If that person is away, nobody can choose its members: add a second owner."
    ]
