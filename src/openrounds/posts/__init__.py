"""Posts, threads, boosts, polls, edits."""
