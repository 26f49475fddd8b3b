"""Mastodon's endpoints, a module per entity."""
