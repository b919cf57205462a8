"""Local times of a course: read by its clock, and refused where the clock is no help."""

import pytest

from server.courses.times import known_zone, read_moment
from server.errors import UnclearTime, UnknownTimeZone


@pytest.mark.parametrize(
    ("written", "zone", "utc"),
    [
        ("2026-09-30T23:59", "Asia/Shanghai", "2026-09-30T15:59:00+00:00"),
        ("2026-09-30 23:59:30", "Asia/Shanghai", "2026-09-30T15:59:30+00:00"),
        ("2026-09-30T23:59Z", "Asia/Shanghai", "2026-09-30T23:59:00+00:00"),
        ("2026-09-30T23:59+02:00", "Asia/Shanghai", "2026-09-30T21:59:00+00:00"),
        ("2026-07-01T12:00", "Europe/Berlin", "2026-07-01T10:00:00+00:00"),
        ("2026-12-01T12:00", "Europe/Berlin", "2026-12-01T11:00:00+00:00"),
        ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T01:59", "Europe/Berlin", "2026-10-24T23:59:00+00:00"),
        ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00+00:00"),
    ],
)
def test_read(written: str, zone: str, utc: str) -> None:
    """With an offset a time means itself; without one it is what the course's clock shows, in summer and winter."""
    assert utc == read_moment(written, zone, "due_at").isoformat()


@pytest.mark.parametrize(
    ("written", "zone", "said"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "skip 2026-03-29 02:30"),
        ("2026-10-25T02:30", "Europe/Berlin", "happens twice"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "skip"),  # a summer time of half an hour
        ("2011-12-30T12:00", "Pacific/Apia", "skip"),  # a day that Samoa left out
        ("2026-09-30", "Asia/Shanghai", "lacks a time of day"),
        ("0001-01-01T00:00+14:00", "Asia/Shanghai", "far off"),
        ("9999-12-31T23:59-14:00", "Asia/Shanghai", "far off"),
        ("tomorrow", "Asia/Shanghai", "ISO 8601"),
        ("", "Asia/Shanghai", "ISO 8601"),
        ("2026-02-30T10:00", "Asia/Shanghai", "ISO 8601"),
    ],
)
def test_unclear(written: str, zone: str, said: str) -> None:
    """A time that the clock skips or shows twice, or that is none, is refused with a sentence and the field's name."""
    with pytest.raises(UnclearTime, match=said) as refusal:
        read_moment(written, zone, "due_at")

    assert {"where": "due_at"} == refusal.value.extra


@pytest.mark.parametrize(
    "name", ["", "Mars/Base", "America", "../../etc/passwd", "/etc/localtime", "asia/shanghai", "\0"]
)
def test_no_zone(name: str) -> None:
    """What is no IANA name is refused, whatever a file system would say to it."""
    with pytest.raises(UnknownTimeZone):
        known_zone(name)
