"""A person's filters, to be looked at and changed (what they find is in `filtering`)."""

from django.db.models import Prefetch, QuerySet

from openrounds.timelines.models import Filter, FilterKeyword, FilterPost


def filters_of(account_id: int) -> QuerySet[Filter]:
    """The account's own filters with their keywords and posts, the oldest first, those that have expired included."""
    return (
        Filter.objects.filter(account_id=account_id)
        .order_by("pk")
        .prefetch_related(
            Prefetch("keywords", FilterKeyword.objects.order_by("pk")),
            Prefetch("posts", FilterPost.objects.order_by("pk")),
        )
    )


def keywords_of(account_id: int) -> QuerySet[FilterKeyword]:
    """All keywords of the account's filters, each with its filter."""
    return FilterKeyword.objects.filter(filter__account_id=account_id).select_related("filter").order_by("pk")
