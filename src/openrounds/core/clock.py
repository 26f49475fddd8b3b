"""The one source of the time, so that tests can hold it still."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """`2026-11-21T21:00:00.000Z`: exactly three decimals and Z, which Ice Cubes and others insist on."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds')[:23]}Z"


def midnight(moment: datetime) -> datetime:
    """The start of that moment's UTC day."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def ago(**span: float) -> datetime:
    """`ago(days=7)`: the moment that long before now."""
    return now() - timedelta(**span)
