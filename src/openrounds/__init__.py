"""OpenRounds: a microblog with the lecture theatre built in."""
