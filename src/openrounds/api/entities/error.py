"""What every refusal answers."""

from msgspec import UNSET, Struct, UnsetType


class Problem(Struct):
    """What is wrong with one field: a code for programs, a description for people."""

    error: str
    description: str


class Error(Struct):
    """Why something was refused. `details` (by field) comes with a sign-up, `error_description` with OAuth."""

    error: str
    error_description: str | UnsetType = UNSET
    details: dict[str, list[Problem]] | UnsetType = UNSET
