"""Taking one's own data along: tables in Mastodon's formats, archives of everything; and leaving for good."""
