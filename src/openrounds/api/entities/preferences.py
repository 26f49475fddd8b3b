"""Mastodon's Preferences: one flat object whose keys hold colons."""

from msgspec import Struct, field


class Preferences(Struct):
    """Defaults for new posts (`language` null for none), and how the person likes to read: `media` is default, show_all
    or hide_all."""

    visibility: str = field(name="posting:default:visibility")
    sensitive: bool = field(name="posting:default:sensitive")
    language: str | None = field(name="posting:default:language")
    media: str = field(name="reading:expand:media")
    spoilers: bool = field(name="reading:expand:spoilers")
    quote_policy: str = field(name="posting:default:quote_policy")
