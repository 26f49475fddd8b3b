"""Lists of accounts, relationships, and the account of the person himself."""

from collections.abc import Mapping, Sequence

import msgspec

from openrounds.accounts import queries
from openrounds.accounts.models import Account, QuotePolicy, Rank, Visibility
from openrounds.accounts.queries import Relation, Tied
from openrounds.api.call import Call, Reply
from openrounds.api.entities.account import Field, Profile, Relationship, Role, Source
from openrounds.api.render.quotes import POLICIES
from openrounds.api.rendering import render_account_parts, render_accounts
from openrounds.core.clock import iso
from openrounds.core.paging import Paging
from openrounds.media.urls import file_url

PER_PAGE, MOST = 40, 80
PRIVACY = {Visibility.PUBLIC: "public", Visibility.UNLISTED: "unlisted", Visibility.FOLLOWERS: "private"}
# Mastodon's roles; `permissions` is its bit mask, by which apps decide what to offer.
ROLES = {
    Rank.MEMBER: Role(id="-99", name="", permissions="65536"),
    Rank.MODERATOR: Role(id="1", name="Moderator", permissions="1308", highlighted=True),
    Rank.ADMIN: Role(id="3", name="Admin", permissions="1", highlighted=True),
}


def render_tied(call: Call, tied: Sequence[Tied], paging: Paging) -> Reply:
    """A page of Accounts that goes by the tie, so only by Link."""
    body = render_accounts(call, [t.account_id for t in tied])
    return paged_by_tie(call, body, [t.tie_id for t in tied], paging)


def paged_by_tie(call: Call, items: object, ties: Sequence[int], paging: Paging) -> Reply:
    ends = (ties[0], ties[-1]) if ties else (None, None)
    return call.paged(items, *ends, more=len(ties) == paging.limit)


def with_more(account: bytes, more: Mapping[str, object]) -> bytes:
    """The JSON object with further keys."""
    return account[:-1] + b"," + msgspec.json.encode(more)[1:]


def render_relation(call: Call, account_id: int) -> Relationship:
    """What the caller and one account are to each other now."""
    return relationships(call, [account_id])[0]


def relationships(call: Call, ids: Sequence[int]) -> list[Relationship]:
    return [_relationship(found) for found in queries.relationships(call.me, ids)]


def _relationship(found: Relation) -> Relationship:
    return Relationship(
        id=str(found.account_id),
        following=found.following,
        showing_reblogs=found.show_boosts,
        notifying=found.notify,
        languages=found.languages,
        followed_by=found.followed_by,
        blocking=found.blocking,
        blocked_by=found.blocked_by,
        muting=found.muting,
        muting_notifications=found.muting_notifications,
        muting_expires_at=iso(found.muted_until) if found.muted_until else None,
        requested=found.requested,
        requested_by=found.requested_by,
        domain_blocking=found.domain_blocking,
        endorsed=found.endorsed,
        note=found.note,
    )


def render_own_account(call: Call, account: Account) -> bytes:
    """CredentialAccount: the acting account with what only it may see. A team has no role in the house."""
    rank = call.viewer.rank if call.viewer and not account.is_team else Rank.MEMBER
    own = {"source": _source(account), "role": ROLES.get(Rank(rank), ROLES[Rank.MEMBER])}
    return with_more(render_account_parts(call.base, [account.pk])[account.pk], own)


def _source(account: Account) -> Source:
    return Source(
        note=account.note,
        fields=_lines(account),
        privacy=PRIVACY[Visibility(account.default_visibility)],
        sensitive=account.default_sensitive,
        language=account.default_language,
        follow_requests_count=queries.count_requests(account.pk),
        hide_collections=account.hide_collections,
        discoverable=account.discoverable,
        indexable=account.indexable,
        attribution_domains=account.attribution_domains,
        quote_policy=POLICIES[QuotePolicy(account.default_quote_policy)],
        role=account.role,
        specialty=account.specialty,
    )


def _lines(account: Account) -> list[Field]:
    return [Field(f["name"] or "", f["value"] or "", f.get("verified_at")) for f in account.fields]


def render_profile(base: str, account: Account) -> Profile:
    """What the owner edits. Every tab of a profile is always shown here."""
    return Profile(
        id=str(account.pk),
        display_name=account.display_name,
        note=account.note,
        fields=_lines(account),
        avatar=_picture(base, account.avatar),
        avatar_static=_picture(base, account.avatar_static or account.avatar),
        avatar_description=account.avatar_description,
        header=_picture(base, account.header),
        header_static=_picture(base, account.header_static or account.header),
        header_description=account.header_description,
        locked=account.locked,
        bot=account.bot,
        hide_collections=account.hide_collections,
        discoverable=account.discoverable,
        indexable=account.indexable,
        show_media=True,
        show_media_replies=True,
        show_featured=True,
        attribution_domains=account.attribution_domains,
    )


def _picture(base: str, name: str) -> str | None:
    return file_url(base, name) if name else None
