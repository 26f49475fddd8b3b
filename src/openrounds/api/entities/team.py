"""Teams: accounts that several people post as."""

from msgspec import Struct

from openrounds.api.entities.account import Account


class TeamMember(Struct):
    """A person of the team; `right` is owner or poster. Owners also choose the members."""

    account: Account
    right: str


class Team(Struct):
    """The team's account, what the caller may do in it, its members, and what they should put right."""

    account: Account
    right: str
    members: list[TeamMember]
    warnings: list[str]


class PostAuthor(Struct):
    """Who really wrote a team's post; `account` is null when that is not known any more."""

    account: Account | None
