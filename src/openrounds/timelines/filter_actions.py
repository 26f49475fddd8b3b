"""Making, changing and dropping filters. Each change is a fact, so that other devices of the person learn of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid, NotFound
from openrounds.jobs.actions import record
from openrounds.posts.access import access_original
from openrounds.timelines import filter_rules as rules
from openrounds.timelines.access import access_filter, access_filter_keyword, access_filter_post
from openrounds.timelines.facts import FiltersChanged
from openrounds.timelines.models import Filter, FilterAction, FilterKeyword, FilterPost


class Expiry(Struct, frozen=True):
    """Until when; None is for ever."""

    at: datetime | None


class KeywordChange(Struct, frozen=True):
    """A keyword to add (no `id`), to change, or to drop. None leaves as it is."""

    id: int | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    drop: bool = False


class FilterChange(Struct, frozen=True):
    """What is to be different; None leaves as it is."""

    title: str | None = None
    contexts: Sequence[str] | None = None
    action: str | None = None
    expiry: Expiry | None = None
    keywords: Sequence[KeywordChange] = ()


@transaction.atomic
def create_filter(account_id: int, wanted: FilterChange) -> Filter:
    """A new filter with its keywords. Raises Invalid without a title or a place, and beyond `MOST_FILTERS`."""
    # Holding the account keeps two calls at once from passing the limit together.
    Account.objects.select_for_update().get(pk=account_id)
    if Filter.objects.filter(account_id=account_id).count() >= rules.MOST_FILTERS:
        raise Invalid("Validation failed: You have reached the maximum number of filters")
    made = Filter(
        account_id=account_id,
        title=rules.check_title(wanted.title or ""),
        context=rules.check_contexts(wanted.contexts or ()),
        action=wanted.action or FilterAction.WARN,
        expires_at=wanted.expiry.at if wanted.expiry else None,
    )
    made.save()
    _change_keywords(made, wanted.keywords)
    record(FiltersChanged(account_id))
    return made


@transaction.atomic
def edit_filter(account_id: int, filter_id: int, wanted: FilterChange) -> Filter:
    """Changes a filter and its keywords: all of it or nothing."""
    changed = access_filter(account_id, filter_id)
    _change(changed, wanted)
    _change_keywords(changed, wanted.keywords)
    record(FiltersChanged(account_id))
    return changed


def _change(changed: Filter, wanted: FilterChange) -> None:
    if wanted.title is not None:
        changed.title = rules.check_title(wanted.title)
    if wanted.contexts is not None:
        changed.context = rules.check_contexts(wanted.contexts)
    if wanted.expiry is not None:
        changed.expires_at = wanted.expiry.at
    changed.action = wanted.action or changed.action
    changed.save()


def _change_keywords(owner: Filter, changes: Sequence[KeywordChange]) -> None:
    known = {row.pk: row for row in owner.keywords.all()}
    for change in changes:
        if change.id is None:
            if not change.drop:
                _add_keyword(owner, change.keyword or "", whole_word=change.whole_word)
        elif change.id not in known:
            raise NotFound
        elif change.drop:
            known[change.id].delete()
        else:
            _edit_keyword(known[change.id], change.keyword, change.whole_word)
    if owner.keywords.count() > rules.MOST_KEYWORDS:
        raise Invalid("Validation failed: You have reached the maximum number of keywords")


def _add_keyword(owner: Filter, keyword: str, *, whole_word: bool | None) -> FilterKeyword:
    whole = True if whole_word is None else whole_word
    return FilterKeyword.objects.create(filter=owner, keyword=rules.check_keyword(keyword), whole_word=whole)


def _edit_keyword(row: FilterKeyword, keyword: str | None, whole_word: bool | None) -> None:
    row.keyword = row.keyword if keyword is None else rules.check_keyword(keyword)
    row.whole_word = row.whole_word if whole_word is None else whole_word
    row.save()


@transaction.atomic
def delete_filter(account_id: int, filter_id: int) -> None:
    access_filter(account_id, filter_id).delete()
    record(FiltersChanged(account_id))


@transaction.atomic
def add_keyword(account_id: int, filter_id: int, keyword: str, *, whole_word: bool | None) -> FilterKeyword:
    """Also looks for that word; a whole one where nothing is said."""
    owner = access_filter(account_id, filter_id)
    if owner.keywords.count() >= rules.MOST_KEYWORDS:
        raise Invalid("Validation failed: You have reached the maximum number of keywords")
    row = _add_keyword(owner, keyword, whole_word=whole_word)
    record(FiltersChanged(account_id))
    return row


@transaction.atomic
def edit_keyword(
    account_id: int, keyword_id: int, *, keyword: str | None, whole_word: bool | None
) -> FilterKeyword:
    """Changes what is not None."""
    row = access_filter_keyword(account_id, keyword_id)
    _edit_keyword(row, keyword, whole_word)
    record(FiltersChanged(account_id))
    return row


@transaction.atomic
def delete_keyword(account_id: int, keyword_id: int) -> None:
    access_filter_keyword(account_id, keyword_id).delete()
    record(FiltersChanged(account_id))


@transaction.atomic
def add_post(account_id: int, filter_id: int, post_id: int) -> FilterPost:
    """Also finds that very post; of a boost, what was boosted. Raises NotFound for a post that the account may not read."""
    owner, post = access_filter(account_id, filter_id), access_original(account_id, post_id)
    row, new = FilterPost.objects.get_or_create(filter=owner, post=post)
    if not new:
        raise Invalid("Validation failed: Status has already been taken")
    record(FiltersChanged(account_id))
    return row


@transaction.atomic
def remove_post(account_id: int, chosen_id: int) -> None:
    access_filter_post(account_id, chosen_id).delete()
    record(FiltersChanged(account_id))


@transaction.atomic
def edit_single(account_id: int, keyword_id: int, change: FilterChange, word: KeywordChange) -> FilterKeyword:
    """Changes a keyword and its filter, as clients do that know filters of one keyword only. Raises Invalid where the
    filter has others, for which the client would not know that they are changed too."""
    row = access_filter_keyword(account_id, keyword_id)
    before = (row.filter.context, row.filter.action, row.filter.expires_at)
    _edit_keyword(row, word.keyword, word.whole_word)
    _change(row.filter, change)
    if (
        before != (row.filter.context, row.filter.action, row.filter.expires_at)
        and row.filter.keywords.count() > 1
    ):
        raise Invalid(
            "These parameters cannot be changed from this application because they apply to more than one filter "
            "keyword. Use a more recent application or the web interface."
        )
    record(FiltersChanged(account_id))
    return row


@transaction.atomic
def delete_single(account_id: int, keyword_id: int) -> None:
    """Drops a keyword, and its filter if that finds nothing any more."""
    row = access_filter_keyword(account_id, keyword_id)
    row.delete()
    if not row.filter.keywords.exists() and not row.filter.posts.exists():
        row.filter.delete()
    record(FiltersChanged(account_id))
