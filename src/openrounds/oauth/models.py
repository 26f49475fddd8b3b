"""Rows of OAuth 2 (RFC 6749): applications, codes and tokens. Secrets are kept as SHA-256 hashes only."""

from django.db import models

from openrounds.accounts.models import Account, User
from openrounds.core.clock import now


class Application(models.Model):
    """An app that somebody uses. Apps keep their client_id for months: it is forgotten long after nothing belongs to it."""

    name = models.CharField(max_length=255)
    website = models.CharField(max_length=2000, default="", blank=True)
    redirect_uris = models.JSONField(default=list)
    scopes = models.TextField(default="read")
    client_id = models.CharField(max_length=64, unique=True)
    client_secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """What a code or token allows: `person` acts as `account` (himself, or a team of his), within `scopes`.

    Both are null for a token of the application alone (client credentials).
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    scopes = models.TextField(default="read")
    created_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True


class AuthorizationCode(Grant):
    """Good once, for ten minutes, for one client and redirect URI."""

    code_hash = models.CharField(max_length=64, unique=True)
    redirect_uri = models.TextField()
    code_challenge = models.CharField(max_length=128, default="", blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class AccessToken(Grant):
    """A bearer token; revoked tokens are deleted."""

    token_hash = models.CharField(max_length=64, unique=True)
    code = models.ForeignKey(AuthorizationCode, models.SET_NULL, null=True, blank=True, related_name="tokens")
    last_used_on = models.DateField(null=True, blank=True)
