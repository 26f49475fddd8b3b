"""Pages for people: sign-in, consent, and the public face."""
