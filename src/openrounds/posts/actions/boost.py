"""Passing on what another said, and taking that back."""

from django.db import IntegrityError, transaction
from django.db.models import F

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.db import next_id
from openrounds.jobs.actions import record
from openrounds.posts.access import access_boostable, access_original
from openrounds.posts.actions.delete import erase
from openrounds.posts.authors import Author
from openrounds.posts.facts import PostCreated
from openrounds.posts.models import Post
from openrounds.posts.rules import boost_visibility


def boost(author: Author, post_id: int, *, visibility: int | None = None) -> Post:
    """The boost: a new one, or the one there is already (a constraint holds it to one). Raises NotFound, NotPermitted."""
    account = author.account
    original = access_boostable(account.pk, post_id)
    try:
        with transaction.atomic():
            return _write(
                author,
                original,
                boost_visibility(visibility, original.visibility, account.default_visibility),
            )
    except IntegrityError:
        return Post.objects.get(account=account, boost_of=original, deleted_at=None)


def _write(author: Author, original: Post, visibility: int) -> Post:
    made = Post.objects.create(
        id=(fresh := next_id()),
        thread=fresh,
        account=author.account,
        posted_by=author.person,
        application_id=author.application_id,
        boost_of=original,
        visibility=visibility,
    )
    Post.objects.filter(pk=original.pk).update(boosts_count=F("boosts_count") + 1)
    Account.objects.filter(pk=author.account.pk).update(
        posts_count=F("posts_count") + 1, last_post_on=now().date()
    )
    record(PostCreated(made.pk, made.account_id, original.pk))
    return made


def unboost(account_id: int, post_id: int) -> Post:
    """The post that is no longer passed on; nothing happens when it was not."""
    original = access_original(account_id, post_id)
    with transaction.atomic():
        for made in Post.objects.filter(account_id=account_id, boost_of=original, deleted_at=None):
            erase(made)
    return original
