"""Home feeds, notifications, lists, conversations, filters."""
