"""Finding accounts, hashtags and posts one may see."""
