"""Django's backend for PostgreSQL, made for many short queries; Django looks for it in `base`."""
