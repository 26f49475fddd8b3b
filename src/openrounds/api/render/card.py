"""Link previews as Mastodon's PreviewCard."""

from urllib.parse import urlsplit

from openrounds.api.entities.status import CardAuthor, PreviewCard
from openrounds.core.clock import iso
from openrounds.media.urls import file_url
from openrounds.posts.models import PreviewCard as Card


def render_card(base: str, card: Card) -> PreviewCard:
    parts = urlsplit(card.url)
    return PreviewCard(
        url=card.url,
        title=card.title,
        description=card.description,
        type="link",
        authors=[CardAuthor(name=card.author_name, url=card.author_url)] if card.author_name else [],
        author_name=card.author_name,
        author_url=card.author_url,
        provider_name=card.provider_name or parts.netloc,
        provider_url=f"{parts.scheme}://{parts.netloc}",
        html="",
        width=card.width,
        height=card.height,
        image=file_url(base, card.image) if card.image else None,
        image_description=card.image_description,
        embed_url="",
        blurhash=card.blurhash or None,
        language=card.language or None,
        published_at=iso(card.published_at) if card.published_at else None,
    )
