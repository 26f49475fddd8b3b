"""Hashtags: looking at one, following it, showing it on one's profile."""

from msgspec import Struct

from openrounds.accounts.access import access_account
from openrounds.api import addresses
from openrounds.api.call import Call, Reply
from openrounds.api.entities.tag import FeaturedTag, Tag
from openrounds.api.render.people import paged_by_tie
from openrounds.api.render.tag import render_tags
from openrounds.api.routing import anyone, person, route
from openrounds.core.errors import NotFound
from openrounds.hashtags import actions, own, queries
from openrounds.hashtags.models import FeaturedHashtag, Hashtag
from openrounds.hashtags.rules import fold, is_hashtag
from openrounds.posts import hashtag_use
from openrounds.posts.hashtag_use import Use

MOST_SUGGESTED = 10


class FollowedPages(Struct):
    """Pages go by the follow, so only by Link."""

    limit: int = 100
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


class TagName(Struct):
    """A hashtag, with its sign or without."""

    name: str


def _known(name: str) -> Hashtag:
    """The hashtag by its name, its sign or none before it; one that nobody has used has no id. NotFound for what is none."""
    name = name.removeprefix("#")
    if not is_hashtag(name):
        raise NotFound
    return queries.by_name(name) or Hashtag(name=fold(name), display_name=name)


def _one(call: Call, hashtag: Hashtag) -> Tag:
    return render_tags(call.base, [hashtag], call.account_id)[0]


@route("GET", "/api/v1/tags/:name", anyone("read"), returns=Tag)
def show(call: Call, name: str) -> Tag:
    """One that nobody has used is answered with an empty history."""
    return _one(call, _known(name))


@route("POST", "/api/v1/tags/:name/follow", person("write:follows"), returns=Tag)
def follow(call: Call, name: str) -> Tag:
    return _one(call, actions.follow_hashtag(call.me, name))


@route("POST", "/api/v1/tags/:name/unfollow", person("write:follows"), returns=Tag)
def unfollow(call: Call, name: str) -> Tag:
    hashtag = _known(name)
    if hashtag.pk:
        actions.unfollow_hashtag(call.me, hashtag)
    return _one(call, hashtag)


@route("POST", "/api/v1/tags/:name/feature", person("write:accounts"), returns=Tag)
def feature(call: Call, name: str) -> Tag:
    """By id or by name."""
    return _one(call, actions.feature_hashtag(call.me, _by_id_or_name(name).display_name).hashtag)


@route("POST", "/api/v1/tags/:name/unfeature", person("write:accounts"), returns=Tag)
def unfeature(call: Call, name: str) -> Tag:
    """By id or by name."""
    hashtag = _by_id_or_name(name)
    if hashtag.pk:
        actions.unfeature_hashtag(call.me, hashtag)
    return _one(call, hashtag)


def _by_id_or_name(text: str) -> Hashtag:
    """Digits alone are no hashtag, so they are an id."""
    by_id = queries.by_ids([int(text)]) if text.isascii() and text.isdigit() and len(text) < 19 else []
    return by_id[0] if by_id else _known(text)


@route("GET", "/api/v1/followed_tags", person("read:follows"), params=FollowedPages, returns=list[Tag])
def followed(call: Call) -> Reply:
    paging = call.paging(100, 200)
    found = own.follows_of(call.me, paging)
    tags = render_tags(call.base, [hashtag for _, hashtag in found], call.me)
    return paged_by_tie(call, tags, [follow_id for follow_id, _ in found], paging)


@route("GET", "/api/v1/accounts/:id/featured_tags", anyone("read:accounts"), returns=list[FeaturedTag])
def featured_by(call: Call, id: int) -> list[FeaturedTag]:
    """Empty for an account that is suspended."""
    account = access_account(call.account_id, id)
    return [] if account.suspended_at else _featured(call, account.pk, own.features_of(account.pk))


@route("GET", "/api/v1/featured_tags", person("read:accounts"), returns=list[FeaturedTag])
def featured(call: Call) -> list[FeaturedTag]:
    return _featured(call, call.me, own.features_of(call.me))


@route("POST", "/api/v1/featured_tags", person("write:accounts"), params=TagName, returns=FeaturedTag)
def create_featured(call: Call) -> FeaturedTag:
    made = actions.feature_hashtag(call.me, call.params(TagName).name)
    return _featured(call, call.me, [made])[0]


@route("DELETE", "/api/v1/featured_tags/:id", person("write:accounts"), returns=dict[str, str])
def delete_featured(call: Call, id: int) -> dict[str, str]:
    actions.remove_feature(call.me, id)
    return {}


@route("GET", "/api/v1/featured_tags/suggestions", person("read:accounts"), returns=list[Tag])
def suggested(call: Call) -> list[Tag]:
    """What the caller uses most and does not show yet."""
    shown = {feature.hashtag_id for feature in own.features_of(call.me)}
    used = hashtag_use.most_used(call.me, MOST_SUGGESTED + len(shown))
    ids = [use.hashtag_id for use in used if use.hashtag_id not in shown][:MOST_SUGGESTED]
    return render_tags(call.base, queries.by_ids(ids), call.me)


def _featured(call: Call, account_id: int, features: list[FeaturedHashtag]) -> list[FeaturedTag]:
    used = hashtag_use.of_hashtags(account_id, [feature.hashtag_id for feature in features])
    return [_render(call, feature, used.get(feature.hashtag_id)) for feature in features]


def _render(call: Call, feature: FeaturedHashtag, use: Use | None) -> FeaturedTag:
    return FeaturedTag(
        id=str(feature.pk),
        name=feature.hashtag.display_name,
        url=addresses.tag_url(call.base, feature.hashtag.name),
        statuses_count=str(use.posts if use else 0),
        last_status_at=use.last_on.isoformat() if use else None,
    )
