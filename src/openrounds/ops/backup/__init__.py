"""Backup and restore: one archive holds the database as it was at one moment, the files, the keys and the settings."""
