"""What people do with accounts: sign up, edit a profile, follow, block, mute, run a team. One transaction each."""

from openrounds.accounts.actions.sign_up import (
    approve_account,
    check_password,
    confirm_account,
    create_account,
    reject_account,
)

__all__ = ["approve_account", "check_password", "confirm_account", "create_account", "reject_account"]
