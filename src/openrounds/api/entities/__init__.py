"""Mastodon's entities as msgspec Structs, and how our rows become them."""
