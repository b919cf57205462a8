"""What handing in late costs, said next to a due time that is past, before anything is handed in."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.courses import rules
from server.courses.rules import Terms
from server.database.models import Late
from server.web.locale import Speaker


def late_words(terms: Terms, now: datetime, say: Speaker) -> str | None:
    """Return the rule that holds from now on, or None as long as nothing is late.

    Args:
        terms: What holds for the person.
        now: The present moment, with a zone.
        say: The page's language.

    """
    if rules.is_past(terms, now):
        return say("late-closed")
    days = rules.days_late(terms, now)
    if days == 0:
        return None
    if terms.late is Late.PENALTY:
        share = terms.late_penalty * 100
        words = say("late-costs", percent=_short(share), today=_short(min(100.0, days * share)), days=days)
    else:
        words = say("late-free")
    if terms.closes_at is None:
        return words
    return f"{words} · {say('late-closes', at=terms.closes_at.astimezone(ZoneInfo(terms.zone)))}"


def _short(percent: float) -> float | int:
    """Return a percentage without digits that say nothing."""
    return int(percent) if float(percent).is_integer() else round(percent, 1)
