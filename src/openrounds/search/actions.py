"""Keeps the index in step with posts and rounds."""

from django.db import transaction

from openrounds.search import index
from openrounds.search.queries import document_of, document_of_round


def index_post(post_id: int) -> None:
    """Makes the post findable by what it says now; one that is gone, or a boost, is not findable."""
    with transaction.atomic(savepoint=False):
        document = document_of(post_id)
        if document is None:
            index.remove(post_id)
        else:
            index.put(post_id, document)


def index_round(round_id: int) -> None:
    """Makes the round findable by what everybody may read of it now; a draft and one that is withdrawn are not findable."""
    with transaction.atomic(savepoint=False):
        document = document_of_round(round_id)
        if document is None:
            index.remove(round_id)
        else:
            index.put(round_id, document)
