"""Time zones and local times: what a clock on the wall of a course means in UTC, and how it is said back."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from exercises.text import Text
from server.errors import UnclearTime, UnknownTimeZone

FIRST_YEAR, LAST_YEAR = 2000, 2100


@cache
def zone_names() -> frozenset[str]:
    """Return every IANA name; reading them looks through a folder, so it is done once."""
    return frozenset(available_timezones())


def known_zone(name: str) -> str:
    """Return the name of a time zone.

    Raises:
        UnknownTimeZone: There is none of this name.

    """
    if name not in zone_names():
        raise UnknownTimeZone
    return name


def read_moment(written: str, zone: str, where: str) -> datetime:
    """Return what somebody wrote as a moment in UTC.

    Args:
        written: ISO 8601 date and time; with an offset, or else as a clock in ``zone`` shows it.
        zone: IANA name.
        where: Name of the field, for the refusal.

    Raises:
        UnclearTime: It is no date and time, far off, or a local time that the zone's clock skips or shows twice.

    """
    try:
        read = datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise UnclearTime(where=where) from error
    if ":" not in written or not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise UnclearTime(_no_time(written), where=where)
    return read.astimezone(UTC) if read.tzinfo is not None else _from_clock(read, ZoneInfo(zone), where)


def shown(moment: datetime, zone: str) -> str:
    """Return a moment as a sentence says it: ``2026-09-30 23:59 (Asia/Shanghai)``."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _from_clock(local: datetime, zone: ZoneInfo, where: str) -> datetime:
    """Return the one moment at which the zone's clock shows this."""
    moments = {
        moment
        for moment in (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if moment.astimezone(zone).replace(tzinfo=None) == local.replace(fold=0)
    }
    if len(moments) == 1:
        return moments.pop()
    raise UnclearTime(_twice(local, zone) if moments else _never(local, zone), where=where)


def _no_time(written: str) -> Text:
    return Text(
        zh=f"“{written[:40]}”缺少具体时间或年份不合理，请写成 2026-09-30T23:59 的形式。",
        en=f"“{written[:40]}” lacks a time of day or is far off; write it like 2026-09-30T23:59.",
    )


def _never(local: datetime, zone: ZoneInfo) -> Text:
    return Text(
        zh=f"{zone.key} 的时钟会跳过 {local:%Y-%m-%d %H:%M}（夏令时开始），请换一个时间。",
        en=f"Clocks in {zone.key} skip {local:%Y-%m-%d %H:%M} (summer time begins); choose another time.",
    )


def _twice(local: datetime, zone: ZoneInfo) -> Text:
    return Text(
        zh=f"{local:%Y-%m-%d %H:%M} 在 {zone.key} 出现两次（夏令时结束），请带上时区偏移，例如 +02:00。",
        en=f"{local:%Y-%m-%d %H:%M} happens twice in {zone.key} (summer time ends); add an offset such as +02:00.",
    )
