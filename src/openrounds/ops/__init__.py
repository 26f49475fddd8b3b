"""The command line, the supervisor, demo content."""
