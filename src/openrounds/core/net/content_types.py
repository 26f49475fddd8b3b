"""Reading Content-Type (RFC 9110 §8.3) far enough to accept or refuse an answer."""

from email.message import Message


def essence(content_type: str) -> str:
    """`Text/HTML; charset=utf-8` -> `text/html`."""
    return content_type.partition(";")[0].strip().lower()


def is_accepted(content_type: str, accept: tuple[str, ...]) -> bool:
    """Whether a type meets one entry: the same type, or one of its family (`image/*`).

    An entry's parameters must be among the type's own; one with several words, like ActivityPub's `profile`,
    must hold the entry's words.
    """
    return any(_meets(content_type, entry) for entry in accept)


def _meets(content_type: str, entry: str) -> bool:
    kind, wanted = essence(content_type), essence(entry)
    if wanted.endswith("/*"):
        return kind.startswith(wanted[:-1])
    given = _parameters(content_type)
    return kind == wanted and all(
        set(value.split()) <= set(given.get(name, "").split()) for name, value in _parameters(entry).items()
    )


def _parameters(content_type: str) -> dict[str, str]:
    message = Message()
    message["Content-Type"] = " ".join(content_type.split())
    found = message.get_params(failobj=[])
    return {name.lower(): value for name, value in found[1:]}
