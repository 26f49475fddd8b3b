"""Our own endpoints, beside those of Mastodon."""
