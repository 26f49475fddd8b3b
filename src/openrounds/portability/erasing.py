"""Erasing an account: in small transactions, each of which may be the last before a crash; begun anew, it goes on."""

from django.db import transaction
from django.db.models import CASCADE, F, Field, ForeignObjectRel, Model

from openrounds.accounts.actions import unfollow
from openrounds.accounts.models import Account, Departure, Follow, FollowRequest, User
from openrounds.core.clock import now
from openrounds.core.errors import NotFound
from openrounds.media import actions as media
from openrounds.moderation.models import Report
from openrounds.oauth.actions import end_access
from openrounds.portability.files import directory
from openrounds.portability.models import Archive
from openrounds.posts.actions import delete_post, take_back_favourites
from openrounds.posts.models import Post
from openrounds.rounds.models import Round, Series, State

_BATCH = 100
# A post is an empty place by then; reports are the moderators', and say what was done about somebody who has left. What others
# have learnt in under a host who left stays theirs; what nobody but the host has seen, a draft, goes.
_KEPT: dict[type[Model], tuple[str, ...]] = {
    Post: ("account",),
    Report: ("reporter", "target"),
    Departure: ("account",),
    Round: ("host",),
    Series: ("host",),
}
# What makes an account this one, and nothing besides, stays.
_STAYS = ("id", "username", "domain", "created_at", "version", "suspended_at")


def erase_account(account_id: int) -> None:
    """Nothing happens before the day, after somebody has said that he stays, or when it is done already."""
    due = Departure.objects.filter(pk=account_id, erase_at__lte=now())
    if not due.update(begun_at=now()):
        return
    if (person := User.objects.filter(account=account_id).first()) is not None:
        end_access(person, "the account is erased")
    _erase_posts(account_id)
    _end_ties(account_id)
    take_back_favourites(account_id)
    media.delete_all_of(account_id)
    _erase_rest(account_id)


def _erase_posts(account_id: int) -> None:
    """Scheduled ones go with the rest; the job that would publish one finds nothing."""
    posts = Post.objects.filter(account=account_id, deleted_at=None).order_by("-id")
    while ids := list(posts.values_list("pk", flat=True)[:_BATCH]):
        for post_id in ids:
            try:
                delete_post(account_id, post_id)
            except NotFound:
                continue  # its original went just now, and it with it


def _end_ties(account_id: int) -> None:
    for model in (Follow, FollowRequest):
        for other_id in model.objects.filter(follower=account_id).values_list("followee_id", flat=True):
            unfollow(account_id, other_id)
        for other_id in model.objects.filter(followee=account_id).values_list("follower_id", flat=True):
            unfollow(other_id, account_id)


@transaction.atomic
def _erase_rest(account_id: int) -> None:
    """Whatever hangs from the account in any table, the person, and what the profile said."""
    archives = list(
        Archive.objects.filter(account=account_id).exclude(name="").values_list("name", flat=True)
    )
    Round.objects.filter(host=account_id, state=State.DRAFT).delete()
    for model, name in _columns_about_accounts():
        model._default_manager.filter(**{name: account_id}).delete()
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    media.forget_pictures({account.avatar, account.avatar_static, account.header, account.header_static})
    Account.objects.filter(pk=account_id).update(version=F("version") + 1, **_blank())
    Departure.objects.filter(pk=account_id).delete()
    transaction.on_commit(lambda: _forget_files(archives))


def _columns_about_accounts() -> list[tuple[type[Model], str]]:
    """Every column of every table whose rows would go with the account's own, but for those that are kept."""
    found = []
    for relation in Account._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and getattr(relation, "on_delete", None) is CASCADE:
            model, name = relation.related_model, relation.field.name
            if name not in _KEPT.get(model, ()):
                found.append((model, name))
    return found


def _blank() -> dict[str, object]:
    """Each column of an account as it is in a fresh one, but for those that say which account it is."""
    fields: list[Field[object, object]] = [f for f in Account._meta.concrete_fields if f.name not in _STAYS]
    return {f.attname: f.get_default() for f in fields} | {"discoverable": False, "indexable": False}


def _forget_files(names: list[str]) -> None:
    for name in names:
        (directory() / name).unlink(missing_ok=True)
