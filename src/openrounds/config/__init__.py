"""Settings, URLs, and which handler follows from which fact."""
