"""SQLite as Django knows it, with writers that wait in line: the name of the engine in DATABASES."""
