"""The outbox and the durable queue: no effect is lost between a commit and what follows from it."""
