"""What an account is tied to, as rows of the tables that Mastodon exports and imports."""

from collections.abc import Callable, Iterator, Sequence

from openrounds.accounts.models import Account, Block, Departure, DomainBlock, Follow, Mute
from openrounds.portability.models import Archive
from openrounds.portability.rules import truth
from openrounds.posts.models import Bookmark
from openrounds.timelines.models import ListMember

Rows = Iterator[Sequence[object]]


def _handle(account: Account, host: str) -> str:
    """`name@domain`, also for people of this server: the file may be read on another one."""
    return f"{account.username}@{account.domain or host}"


def follows(account_id: int, host: str) -> Rows:
    yield ("Account address", "Show boosts", "Notify on new posts", "Languages")
    rows = Follow.objects.filter(follower=account_id).select_related("followee").order_by("pk")
    for row in rows.iterator():
        languages = ", ".join(row.languages or ())
        yield (_handle(row.followee, host), truth(row.show_boosts), truth(row.notify), languages)


def followers(account_id: int, host: str) -> Rows:
    yield ("Account address",)
    rows = Follow.objects.filter(followee=account_id).select_related("follower").order_by("pk")
    for row in rows.iterator():
        yield (_handle(row.follower, host),)


def blocks(account_id: int, host: str) -> Rows:
    rows = Block.objects.filter(blocker=account_id).select_related("blocked").order_by("pk")
    for row in rows.iterator():
        yield (_handle(row.blocked, host),)


def mutes(account_id: int, host: str) -> Rows:
    yield ("Account address", "Hide notifications")
    rows = Mute.objects.filter(muter=account_id).select_related("muted").order_by("pk")
    for row in rows.iterator():
        yield (_handle(row.muted, host), truth(row.hide_notifications))


def lists(account_id: int, host: str) -> Rows:
    rows = ListMember.objects.filter(list__account=account_id).select_related("list", "member")
    for row in rows.order_by("list", "pk").iterator():
        yield (row.list.title, _handle(row.member, host))


def domain_blocks(account_id: int, host: str) -> Rows:  # noqa: ARG001  as the others
    for domain in (
        DomainBlock.objects.filter(account=account_id).order_by("pk").values_list("domain", flat=True)
    ):
        yield (domain,)


def bookmarks(account_id: int, host: str) -> Rows:
    """Addresses of the posts; of those that are gone, nothing."""
    rows = Bookmark.objects.filter(account=account_id, post__deleted_at=None).select_related("post__account")
    for row in rows.order_by("pk").iterator():
        author = row.post.account
        yield (row.post.uri or f"https://{host}/@{author.username}/{row.post_id}",)


# By the file names that Mastodon gives them.
TABLES: dict[str, Callable[[int, str], Rows]] = {
    "following_accounts": follows,
    "followers": followers,
    "lists": lists,
    "blocked_accounts": blocks,
    "muted_accounts": mutes,
    "blocked_domains": domain_blocks,
    "bookmarks": bookmarks,
}


def archives_of(account_id: int) -> list[Archive]:
    """The newest first."""
    return list(Archive.objects.filter(account=account_id).order_by("-pk"))


def departure_of(account_id: int) -> Departure | None:
    """Of somebody who has asked to leave and may still think again."""
    return Departure.objects.filter(pk=account_id, held=False, begun_at=None).first()
