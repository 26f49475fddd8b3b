"""The only door to a subscription: the token that it hangs from."""

from openrounds.core.errors import NotFound
from openrounds.push.models import PushSubscription


def access_subscription(token_id: int) -> PushSubscription:
    """The token's own."""
    found = PushSubscription.objects.filter(access_token_id=token_id).first()
    if found is None:
        raise NotFound
    return found
