"""People, teams and what they are to each other: follow, block, mute."""
