"""Applications, tokens and who acts as whom."""
