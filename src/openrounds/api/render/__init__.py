"""How our rows become Mastodon's entities: one module per entity, called once per version (see `api.rendering`)."""
