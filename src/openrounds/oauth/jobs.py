"""What follows for tokens from what happens to accounts."""

from openrounds.accounts.facts import LeftTeam
from openrounds.accounts.models import Account
from openrounds.oauth.actions import revoke_tokens_for_team


def take_back_tokens(fact: LeftTeam) -> None:
    """At once: who left a team does not post as it a second later."""
    team, member = (Account.objects.get(pk=i) for i in (fact.team_id, fact.member_id))
    revoke_tokens_for_team(team, member)
