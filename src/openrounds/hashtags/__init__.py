"""Hashtags: the doors of the rooms."""
