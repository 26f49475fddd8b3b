"""The client API: Mastodon's entities and endpoints, and our own."""
