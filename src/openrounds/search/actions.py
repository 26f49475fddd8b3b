"""Keeps the index in step with the posts."""

from django.db import transaction

from openrounds.search import index
from openrounds.search.queries import document_of


def index_post(post_id: int) -> None:
    """Makes the post findable by what it says now; one that is gone, or a boost, is not findable."""
    with transaction.atomic():
        document = document_of(post_id)
        if document is None:
            index.remove(post_id)
        else:
            index.put(post_id, document)
