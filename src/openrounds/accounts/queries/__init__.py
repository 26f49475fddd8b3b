"""Reads about accounts, each with a fixed number of queries."""

from openrounds.accounts.queries.find import (
    by_acct,
    count_requests,
    directory,
    present_ids,
    search,
    user,
    with_account,
)
from openrounds.accounts.queries.relationships import Relation, relationships
from openrounds.accounts.queries.suggestions import Ground, Suggested, suggestions
from openrounds.accounts.queries.teams import members, owns, solely_owned_teams, team_warnings, teams_of
from openrounds.accounts.queries.ties import (
    Tied,
    blocked_domains,
    blocks,
    endorsements,
    familiar_followers,
    followers,
    following,
    mutes,
    requests,
)

__all__ = [
    "Ground",
    "Relation",
    "Suggested",
    "Tied",
    "blocked_domains",
    "blocks",
    "by_acct",
    "count_requests",
    "directory",
    "endorsements",
    "familiar_followers",
    "followers",
    "following",
    "members",
    "mutes",
    "owns",
    "present_ids",
    "relationships",
    "requests",
    "search",
    "solely_owned_teams",
    "suggestions",
    "team_warnings",
    "teams_of",
    "user",
    "with_account",
]
