"""Rounds: hosted discussions under a hashtag. One engine; the kinds differ in what a step is and in their page."""
