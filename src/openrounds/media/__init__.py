"""Files people attach: checked, re-encoded in a jailed process, described."""
