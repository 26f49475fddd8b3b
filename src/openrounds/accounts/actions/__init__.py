"""What people do with accounts: sign up, edit a profile, follow, block, mute, run a team. One transaction each."""

from openrounds.accounts.actions.distance import (
    block,
    block_domain,
    delete_expired_mutes,
    mute,
    unblock,
    unblock_domain,
    unmute,
)
from openrounds.accounts.actions.follow import (
    authorize_request,
    follow,
    reject_request,
    remove_from_followers,
    unfollow,
)
from openrounds.accounts.actions.profile import delete_picture, edit_profile, set_locale, set_single_keys
from openrounds.accounts.actions.regard import dismiss_suggestion, endorse, set_note, unendorse
from openrounds.accounts.actions.sign_up import (
    approve_account,
    check_password,
    confirm_account,
    create_account,
    reject_account,
)
from openrounds.accounts.actions.team import remove_member, set_member

__all__ = [
    "approve_account",
    "authorize_request",
    "block",
    "block_domain",
    "check_password",
    "confirm_account",
    "create_account",
    "delete_expired_mutes",
    "delete_picture",
    "dismiss_suggestion",
    "edit_profile",
    "endorse",
    "follow",
    "mute",
    "reject_account",
    "reject_request",
    "remove_from_followers",
    "remove_member",
    "set_locale",
    "set_member",
    "set_note",
    "set_single_keys",
    "unblock",
    "unblock_domain",
    "unendorse",
    "unfollow",
    "unmute",
]
